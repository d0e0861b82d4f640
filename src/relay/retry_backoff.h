#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "bridge/core/clock.h"

namespace bridge {

/// @return true if a message refused with this code may be taken later: the codes of MQTT 5.0, 3.4.2.1,
///   3.5.2.1 and 3.7.2.1 that speak of the broker's state and not of the message.
bool is_transient(int reason_code);

/// Pauses after a stored message was refused with a code that may pass (quota exceeded, say). During a pause
/// no message is sent that would overtake it. After the pause one message is sent alone, the probe; if the
/// broker takes it, the others follow.
class RetryBackoff {
 public:
  static constexpr int most = 10;  // refusals of one message that was sent alone; it is given up then

  /// @param count the refusals of this message, this one included.
  void failed(int count, TimePoint now);
  /// @return true if the broker has taken no probe since the last refusal.
  bool any() const { return any_; }
  /// @return true in a pause, and while the probe has no outcome.
  bool holds(TimePoint now) const { return any_ && (now < until_ || probe_); }
  TimePoint until() const { return until_; }

  /// A message that must not overtake others is sent: it is the probe.
  /// @param sequence its number in the order of sending.
  void probe_sent(std::uint64_t sequence);
  /// A message has ended, with whatever result. @return true if it was the probe.
  bool probe_ended(std::uint64_t sequence, bool was_taken);

 private:
  bool any_ = false;
  TimePoint until_{};
  std::optional<std::uint64_t> probe_;
};

}  // namespace bridge
