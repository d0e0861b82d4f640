#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "message_name.h"
#include "support/timing.h"

namespace bridge::test {

/// A whole PUBLISH on its way to the broker.
struct Sending {
  std::size_t connection = 0;
  std::size_t session = 0;      // of the broker, counted by its CONNACKs without Session Present
  bool session_is_told = true;  // false: the CONNACK that began it may not have reached the bridge
  std::string stored_id = {};   // User Property of a stored message; else empty
  bool dup = false;             // DUP flag (MQTT 5.0, 3.3.1.1)
  bool has_properties = true;   // MQTT 5
  std::optional<std::uint32_t> expiry = {};  // Message Expiry Interval, in seconds
  TimePoint at = Clock::now();
};

/// All that is known of one message, and the faults of the bridge that follow from it.
struct MessageRecord {
  int qos = 1;
  int last_status = -1;  // -1: not answered yet
  TimePoint posted_at = {};
  TimePoint answered_at = {};  // the last time
  bool acked = false;
  bool stored = false;
  bool unsure = false;  // one of its answers was 504, or none
  bool confirmed = false;
  TimePoint confirmed_at = {};
  bool dead = false;                                // a dead letter
  std::size_t seen = 0;                             // times, by the subscriber
  std::uint64_t first_sent = 0;                     // place among all that was sent, from 1
  bool poisoned = false;                            // the broker does not take it
  std::optional<std::chrono::seconds> expiry = {};  // that was asked for
  std::vector<Sending> sendings = {};

  /// A refusal counts only if no other answer to the same message said more.
  bool is_refused() const { return last_status >= 400 && !acked && !unsure; }
  /// @return true if it was refused as poison by mistake: the broker did not confirm it.
  bool is_taken_for_poison() const { return is_refused() && last_status == 502 && !poisoned && !confirmed; }
  /// @return true if it was refused and sent all the same. A message that is poisoned, or taken for poison,
  ///   had to be sent to be refused: it must not have arrived.
  bool is_forbidden() const {
    return is_refused() && (poisoned || is_taken_for_poison() ? seen > 0 : !sendings.empty());
  }
  /// @return true if it was acked at QoS 1 or 2, and is neither confirmed nor a dead letter.
  bool is_missing() const { return qos > 0 && acked && !confirmed && !(stored && dead); }
  /// @return true if it is a dead letter, or was refused as poison, although the broker would have taken it.
  bool is_blamed() const { return is_taken_for_poison() || (dead && stored && !poisoned && !confirmed); }
  /// @return true if it was sent twice, and no crash explains it: twice on one connection, under two ids, or
  ///   at QoS 2 in one session or although it was answered 200 (MQTT 5.0, 4.3.3).
  bool is_repeated() const;
  /// @return true if its expiry may have passed at `now`.
  bool may_have_expired(TimePoint now) const { return expiry && now - posted_at >= *expiry; }
  /// @return true if its expiry passed at the broker before the broker confirmed it, as at QoS 2 where the
  /// PUBREL came late: then no subscriber gets it (MQTT 5.0, 3.3.2.3.3).
  bool has_expired_at_broker() const;
  /// @return true if it was sent once more after its expiry. @param stall that the network may add.
  bool is_late(Clock::duration stall) const;
  /// @return true if it was sent with another Message Expiry Interval than the time that was left.
  bool has_wrong_expiry(Clock::duration stall) const;
};

}  // namespace bridge::test
