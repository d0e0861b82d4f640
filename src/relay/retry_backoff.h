#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "bridge/core/clock.h"

namespace bridge {

/// @return true if a message refused with this code may be taken later: the codes of MQTT 5.0, 3.4.2.1,
///   3.5.2.1 and 3.7.2.1 that speak of the broker's state and not of the message.
bool is_transient(int reason_code);

/// The pauses after stored messages that were refused and may be taken later. In a pause nothing is sent that
/// would overtake them. Behind it one is sent alone, the probe; when it is taken, the others follow.
class RetryBackoff {
 public:
  static constexpr int most = 10;  // refusals of one message that was sent alone; it is given up then

  /// @param count of the refusals of this message, with this one.
  void failed(int count, TimePoint now);
  /// @return true if none has been taken since the last refusal.
  bool any() const { return any_; }
  /// @return true in a pause, and while the probe has no outcome.
  bool holds(TimePoint now) const { return any_ && (now < until_ || probe_); }
  TimePoint until() const { return until_; }

  /// A message that must not overtake is sent.
  /// @param sequence by which it is known: in the order of sending.
  void probe_sent(std::uint64_t sequence);
  /// A message has ended, one way or another. @return true if it was the probe.
  bool probe_ended(std::uint64_t sequence, bool was_taken);

 private:
  bool any_ = false;
  TimePoint until_{};
  std::optional<std::uint64_t> probe_;
};

}  // namespace bridge
