#pragma once

#include <chrono>

#include "bridge/core/clock.h"

namespace bridge {

/// Decides which failed attempts get a line: the first five of an outage, then one every 30 s. For one
/// thread.
class OutageLog {
 public:
  bool worth_a_line(TimePoint now) {
    using namespace std::chrono_literals;
    if (lines_ >= 5 && now - last_line_ < 30s) return false;
    ++lines_;
    last_line_ = now;
    return true;
  }

  /// @return true if the line just told is the outage's first.
  bool is_first_line() const { return lines_ == 1; }

  void connected() { lines_ = 0; }

 private:
  int lines_ = 0;
  TimePoint last_line_{};
};

}  // namespace bridge
