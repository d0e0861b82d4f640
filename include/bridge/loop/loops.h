#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "bridge/loop/loop.h"

namespace bridge {

/// The event loops of the process; the first is also the session's.
class Loops {
 public:
  explicit Loops(std::size_t count) {
    for (std::size_t i = 0; i < std::max<std::size_t>(count, 1); ++i)
      loops_.push_back(std::make_unique<Loop>());
  }

  std::size_t size() const { return loops_.size(); }
  Loop& operator[](std::size_t i) { return *loops_[i]; }
  Loop& front() { return *loops_.front(); }
  void start() {
    for (const auto& loop : loops_) loop->start();
  }
  void stop() {
    for (const auto& loop : loops_) loop->stop();
  }
  /// The oldest of all loops', for a watchdog.
  TimePoint last_sign_of_life() const {
    TimePoint oldest = TimePoint::max();
    for (const auto& loop : loops_) oldest = std::min(oldest, loop->last_sign_of_life());
    return oldest;
  }

 private:
  std::vector<std::unique_ptr<Loop>> loops_;
};

}  // namespace bridge
