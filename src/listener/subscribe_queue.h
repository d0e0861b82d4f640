#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "bridge/core/clock.h"
#include "client.h"
#include "filter_pauses.h"

namespace bridge::listener {

/// Sends SUBSCRIBE and UNSUBSCRIBE in an order that shows which of them makes the broker close the
/// connection: each suspect goes out alone, all others at once. The operations on one filter keep their
/// order. For one thread.
class SubscribeQueue {
 public:
  struct Operation {
    bool subscribes = true;
    Subscription subscription;
    SubscribeDone done;
  };

  /// From here until lost() or left() operations go to `client`.
  void connected(Client& client, const BrokerLimits& limits, TimePoint now);
  bool is_connected() const { return client_ != nullptr; }

  /// Adds an operation. Without a connection it waits for one; see fail_waiting().
  void add(Operation operation, TimePoint now);
  /// Sends the operations that need not wait any longer. To be called after all of a turn have been added.
  void send_next(TimePoint now);
  void answered(std::uint64_t number, const SubscribeOutcome& outcome, TimePoint now);
  /// The connection is gone. Ends operations under way as lost, and those that waited as not sent.
  /// @param reason_code of the broker's DISCONNECT; -1: none came.
  void lost(int reason_code, TimePoint now);
  /// We are about to end the connection: nobody is suspect for that.
  void left();
  /// Ends all operations: those under way, and those that wait.
  void fail_all();
  /// Ends the operations that wait for a connection: there will be none soon.
  void fail_waiting();

  bool is_empty() const { return under_way_.empty() && trusted_.empty() && suspects_.empty(); }
  /// @return true if an operation may be why the broker closes the connection, or has closed it.
  bool may_be_at_fault(TimePoint now) const;
  FilterPauses& pauses() { return pauses_; }
  const FilterPauses& pauses() const { return pauses_; }

 private:
  struct Refusal {
    std::string topic_filter;
    int reason_code;
    TimePoint at;
  };

  bool refuse(const Operation& operation, TimePoint now);
  bool is_patient(TimePoint now) const;
  void send_trusted(TimePoint now);
  void send(Operation operation, TimePoint now);

  Client* client_ = nullptr;
  BrokerLimits limits_;
  FilterPauses pauses_;
  std::uint64_t last_number_ = 0;
  std::map<std::uint64_t, Operation> under_way_;
  bool alone_ = false;  // the one under way is a suspect
  TimePoint last_sent_{};
  std::deque<Operation> trusted_;
  std::deque<Operation> suspects_;
  std::vector<Refusal> refusals_;  // the latest few: RabbitMQ refuses a filter and then closes the connection
};

}  // namespace bridge::listener
