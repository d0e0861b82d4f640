#pragma once

#include "bridge/core/clock.h"

namespace bridge {

/// A clock that the test moves.
class ManualClock : public Clock {
 public:
  TimePoint now() const override { return now_; }
  void advance(std::chrono::milliseconds by) { now_ += by; }

 private:
  TimePoint now_{std::chrono::hours(1)};
};

}  // namespace bridge
