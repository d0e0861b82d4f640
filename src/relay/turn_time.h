#pragma once

#include <optional>

#include "bridge/core/clock.h"

namespace bridge {

/// The time of this turn of the loop: the clock is read once a turn.
class TurnTime {
 public:
  /// Keeps a reference.
  explicit TurnTime(const Clock& clock) : clock_(clock) {}

  TimePoint now() {
    if (!now_) now_ = clock_.now();
    return *now_;
  }
  void is(TimePoint now) { now_ = now; }
  /// The turn is over.
  void end() { now_.reset(); }

 private:
  const Clock& clock_;
  std::optional<TimePoint> now_;
};

}  // namespace bridge
