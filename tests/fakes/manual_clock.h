#pragma once

#include <atomic>

#include "bridge/core/clock.h"

namespace bridge {

/// A clock that the test moves, also while others look at it.
class ManualClock : public Clock {
 public:
  TimePoint now() const override { return now_.load(); }
  void advance(std::chrono::milliseconds by) { now_ = now_.load() + by; }

 private:
  std::atomic<TimePoint> now_{TimePoint(std::chrono::hours(1))};
};

}  // namespace bridge
