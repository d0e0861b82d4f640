#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "message_name.h"
#include "support/timing.h"

namespace bridge::test {

/// What a run came to. QoS 0 promises neither delivery nor order: only its refusals are counted in with the
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
  std::size_t repeated = 0;  // sent twice on one connection, or stored twice: no crash explains it
  std::size_t damaged = 0;   // sent with another payload than was posted
  std::size_t unseen = 0;    // confirmed by the broker, and its subscriber did not get it
  std::size_t acked_qos0 = 0;

  LedgerTotals& operator+=(const LedgerTotals& other);
};

/// How a message was sent.
struct Sending {
  std::size_t connection = 0;
  std::string stored_id = {};  // that it carries if it was stored; else empty
  bool dup = false;            // DUP flag (MQTT 5.0, 3.3.1.1)
  TimePoint at = Clock::now();
};

/// The books of one run: what the writers were told, what the broker was sent and confirmed, and what its
/// subscriber got. Safe from any thread.
class RunLedger {
 public:
  /// @param qos of each writer's messages.
  explicit RunLedger(const std::vector<int>& qos);

  /// One answer; a message may have several, if its request is repeated. @param status 0: none came.
  void answered(const MessageName& name, int status);
  /// A whole PUBLISH that is not known to the session already.
  void sent(const MessageName& name, const Sending& sending);
  void confirmed(const MessageName& name);
  void seen(const MessageName& name);
  void damaged();

  std::size_t acked() const;
  bool all_confirmed_are_seen() const;
  /// @param subscribed whether a subscriber was there all the time.
  LedgerTotals compare(bool subscribed) const;
  /// Some of the messages that stand against the bridge, with what is known of them.
  std::string evidence(std::size_t most) const;

 private:
  struct Entry {
    int last_status = -1;  // -1: not answered yet
    TimePoint answered_at = {};
    bool acked = false;
    bool stored = false;
    bool unsure = false;  // one of its answers was 504, or none
    bool confirmed = false;
    bool seen = false;
    std::uint64_t first_sent = 0;  // place among all that was sent, from 1
    std::vector<Sending> sendings = {};
  };
  struct Book {
    int qos = 1;
    std::deque<Entry> entries = {};
  };

  Entry& entry_of(const MessageName& name);
  static bool is_refused(const Entry& entry);
  static bool is_repeated(const Entry& entry);
  static bool is_lost(const Book& book, const Entry& entry);
  static void add(const Book& book, const Entry& entry, bool subscribed, LedgerTotals& totals);
  static std::size_t inversions_of(const Book& book);
  std::string history(const Book& book, const Entry& entry) const;
  std::string ms_into_the_run(TimePoint at) const;

  mutable std::mutex mutex_;
  std::vector<Book> books_;
  TimePoint started_at_ = Clock::now();
  std::uint64_t sent_ = 0;
  std::size_t acked_ = 0;
  std::size_t damaged_ = 0;
};

}  // namespace bridge::test
