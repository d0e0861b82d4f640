#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "message_name.h"
#include "message_record.h"
#include "support/timing.h"

namespace bridge::test {

/// The results of a run. QoS 0 promises neither delivery nor order: only its refusals are counted in with the
/// rest.
struct LedgerTotals {
  std::size_t acked = 0;       // answered 200 or 202 at QoS 1 or 2
  std::size_t stored = 0;      // of these, 202
  std::size_t lost = 0;        // acked, and the broker never confirmed it
  std::size_t refused = 0;     // answered with a refusal each time
  std::size_t forbidden = 0;   // refused, and sent all the same
  std::size_t unknown = 0;     // answered 504, or not at all, and never acked
  std::size_t duplicates = 0;  // sent again, once for each time
  std::size_t inversions =
      0;                     // at QoS 1 or 2: acked after a message of the same writer, first sent before it
  std::size_t repeated = 0;  // sent twice, stored twice, or QoS 2 twice in a session: no crash explains it
  std::size_t damaged = 0;   // sent with another payload than was posted
  std::size_t unseen = 0;    // confirmed by the broker, and its subscriber did not get it
  std::size_t overseen = 0;  // the subscriber got it more often than the broker was sent it
  std::size_t large = 0;     // acked, of 300 KB
  std::size_t expiring = 0;  // acked with a Message Expiry Interval
  std::size_t expired = 0;   // of these, not delivered because their time was over
  std::size_t late = 0;      // delivered when its time was over
  std::size_t wrong_expiry = 0;  // delivered with another Message Expiry Interval than was left
  std::size_t poisoned = 0;      // answered, of those that the broker does not take
  std::size_t dead = 0;          // of these stored, and dead letters
  std::size_t blamed = 0;  // dead letters, or refused as poison, although the broker would have taken them
  std::size_t acked_qos0 = 0;

  LedgerTotals& operator+=(const LedgerTotals& other);
};

/// The books of one run: the answers that the writers got, the messages that the broker was sent and
/// confirmed, and those that its subscriber got. Safe from any thread.
class RunLedger {
 public:
  /// @param qos of each writer's messages.
  explicit RunLedger(const std::vector<int>& qos);

  /// A request with the message is on its way.
  void posted(const MessageName& name, TimePoint at = Clock::now());
  /// One answer; a message may have several, if its request is repeated. @param status 0: none came.
  /// @param id under which it was stored, if that is known.
  void answered(const MessageName& name, int status, const std::string& id = {});
  /// A whole PUBLISH that the session does not have yet.
  void sent(const MessageName& name, const Sending& sending);
  void confirmed(const MessageName& name, TimePoint at = Clock::now());
  void seen(const MessageName& name);
  /// A dead letter with this id. Ids that no writer was told are ignored.
  void dead(const std::string& id);
  void damaged();

  /// The time for which the network holds back bytes of the bridge.
  void allow_stalls_of(Clock::duration stall);
  /// From now on nothing fails and nothing waits, until calm_ends(): meanwhile nothing may expire.
  void calm_begins(TimePoint at = Clock::now());
  void calm_ends(TimePoint at = Clock::now());

  std::size_t acked() const;
  bool all_confirmed_are_seen() const;
  /// @param subscribed true if a subscriber was there all the time.
  LedgerTotals compare(bool subscribed) const;
  /// Some of the messages that stand against the bridge, with what is known of them.
  std::string evidence(bool subscribed, std::size_t most) const;

 private:
  struct Book {
    int qos = 1;
    std::deque<MessageRecord> records = {};
  };

  MessageRecord& record_of(const MessageName& name);
  bool has_expired(const MessageRecord& record) const;
  bool is_lost(const MessageRecord& record) const;
  void add(std::size_t writer, const MessageRecord& record, bool subscribed, LedgerTotals& totals) const;
  static std::size_t inversions_of(const Book& book);
  const char* charge_against(const MessageRecord& record, bool subscribed, std::uint64_t sent_before) const;
  static bool is_unseen(const MessageRecord& record);
  std::string history(const MessageRecord& record) const;
  std::string ms_into_the_run(TimePoint at) const;

  mutable std::mutex mutex_;
  std::vector<Book> books_;
  std::map<std::string, MessageName> by_id_;
  TimePoint started_at_ = Clock::now();
  TimePoint calm_from_ = TimePoint::max();
  TimePoint calm_to_ = TimePoint::max();
  Clock::duration stall_ = std::chrono::milliseconds(500);  // of the machine
  std::uint64_t sent_ = 0;
  std::size_t acked_ = 0;
  std::size_t damaged_ = 0;
};

}  // namespace bridge::test
