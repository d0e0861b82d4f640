#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "support/temp_dir.h"

namespace bridge::test {

/// The environment variable by which the preloaded library is told the file with the seconds that the wall
/// clock is ahead; both have it mapped.
constexpr const char* jumping_clock_variable = "JUMPING_CLOCK_FILE";

/// The wall clock of a process that is started with environment(): set by the test, as NTP would.
class JumpingClock {
 public:
  JumpingClock();
  ~JumpingClock();
  JumpingClock(const JumpingClock&) = delete;
  JumpingClock& operator=(const JumpingClock&) = delete;

  std::map<std::string, std::string> environment() const;
  void set_forward(std::chrono::seconds by) { *ahead_ += by.count(); }

 private:
  TempDir directory_;
  std::atomic<std::int64_t>* ahead_;
};

}  // namespace bridge::test
