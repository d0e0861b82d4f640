#pragma once

#include <chrono>

namespace bridge {

using TimePoint = std::chrono::steady_clock::time_point;

/// Tells the time; safe from any thread. A test has one that it moves by hand (tests/fakes/manual_clock.h).
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
};

class SteadyClock : public Clock {
 public:
  TimePoint now() const override { return std::chrono::steady_clock::now(); }
};

}  // namespace bridge
