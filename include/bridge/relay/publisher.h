#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "bridge/core/clock.h"
#include "bridge/core/error.h"
#include "bridge/core/message.h"
#include "bridge/core/session.h"
#include "bridge/core/settings.h"
#include "bridge/metrics/counters.h"
#include "bridge/relay/refused_topics.h"
#include "bridge/relay/suspect_topics.h"

namespace bridge {

/// How a submitted message ended: taken by the broker (QoS 0: written to a live connection), or not.
struct PublishResult {
  std::optional<Error> error;
  int reason_code = 0;  // a Reason Code of success, such as 16, no matching subscribers
};

/// Called exactly once, from any thread; must return at once.
using PublishDone = std::function<void(PublishResult)>;

/// The way of a message to the broker: checked, queued within bounds, handed to the session by one thread
/// within a window, sent again when the session ended before the acknowledgement, and ended by its deadline
/// whatever happens. All calls are safe from any thread.
class Publisher {
 public:
  Publisher(const Settings& settings, Session& session, const Clock& clock, Counters& counters);
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  void start();
  /// Ends what waits: unsent as shutting_down, sent as unconfirmed.
  void stop();

  /// Takes `message`, or refuses it before anything is sent.
  /// @param deadline when `done` is called at the latest: unconfirmed if the message was handed to the
  ///   connection, queue_full if it never was.
  /// @throws Error invalid_topic_name, reserved_topic, invalid_field, too_large, broker_refused or
  ///   not_authorized (the broker would not take it), not_connected, queue_full, shutting_down. Then `done`
  ///   is not called, and nothing was sent nor will be.
  void submit(Message message, TimePoint deadline, PublishDone done);

  /// As SessionListener has them.
  void on_connected(const BrokerLimits& limits);
  void on_disconnected();
  void on_published(PublishId id, PublishOutcome outcome);
  void on_published_together(std::span<const PublishEnd> ends);

  /// One round of the publishing thread: ends what is due, hands over what the window has room for.
  void pump();

  /// When the publishing thread last went round; at least once a second. For a watchdog.
  TimePoint last_sign_of_life() const;

 private:
  struct Entry;
  using EntryPtr = std::shared_ptr<Entry>;
  struct Ending {
    PublishDone done;
    PublishResult result;
  };
  using Endings = std::vector<Ending>;

  struct Sending {
    PublishId id;
    EntryPtr entry;
  };

  void run();
  bool wait_for_work();
  bool has_work() const;
  bool take_sleeper();
  void outcome_of(const PublishEnd& end, Endings& endings);
  std::size_t room() const;
  void end_overdue(Endings& endings);
  void end_unsent_while_away(Endings& endings);
  void forget_ended();
  void release(const EntryPtr& entry);
  bool is_held();
  std::vector<Sending> take_batch(Endings& endings);
  EntryPtr take_next();
  bool may_be_sent(const EntryPtr& entry, TimePoint now, Endings& endings);
  void ask_about_suspect(Message& message, TimePoint now);
  void send(const std::vector<Sending>& batch, std::uint64_t connection, Endings& endings);
  void take_back(std::vector<Sending>::const_reverse_iterator from,
                 std::vector<Sending>::const_reverse_iterator to, std::uint64_t connection);
  void not_taken(const Sending& sending, int code, Endings& endings);

  void check_reserved(const std::string& topic_name) const;
  bool waits_for_reconnect(QoS qos) const;
  void end(const EntryPtr& entry, PublishResult result, Endings& endings);
  void refused(const EntryPtr& entry, int code, Endings& endings);
  void interrupted(const EntryPtr& entry, Endings& endings);
  static void tell(Endings& endings);

  const PublishSettings settings_;
  const std::vector<std::string> allowed_dollar_filters_;
  Session& session_;
  const Clock& clock_;
  Counters& counters_;

  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::optional<TimePoint> sleeps_until_;  // the publishing thread, unless it is awake or being woken
  bool connected_ = false;
  bool stopping_ = false;
  std::uint64_t connection_ = 0;      // counts connections, so that an old failure is not taken for a new one
  std::optional<TimePoint> lost_at_;  // empty until a first connection was lost
  BrokerLimits limits_;
  RefusedTopics refused_topics_;
  TimePoint hold_until_{};         // after a refusal, for which a broker may close the connection
  bool closes_on_refusal_ = true;  // until it is seen that it does not
  SuspectTopics suspect_topics_;
  PublishId next_id_ = 1;
  std::uint64_t next_sequence_ = 1;
  std::size_t held_bytes_ = 0;                         // of all that is in one of the next three
  std::deque<EntryPtr> queue_;                         // never handed over, oldest first
  std::map<std::uint64_t, EntryPtr> again_;            // to be sent again, in the order they were sent
  std::unordered_map<PublishId, EntryPtr> in_flight_;  // handed over, no outcome yet
  std::multimap<TimePoint, EntryPtr> deadlines_;       // all that have not been ended
  TimePoint last_sign_of_life_;
  std::thread thread_;
};

}  // namespace bridge
