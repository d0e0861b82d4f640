#pragma once

#include <atomic>
#include <chrono>
#include <stop_token>
#include <thread>

#include "support/timing.h"

namespace bridge::test {

/// Measures how long this machine, which others share, kept all threads from running: delays in that time
/// are not the program's.
class StallWatch {
 public:
  StallWatch();

  /// The longest time since the last call that a thread with nothing to do was kept from running.
  std::chrono::milliseconds take_longest();

 private:
  void watch(const std::stop_token& stop);

  std::atomic<std::chrono::milliseconds::rep> longest_{0};
  std::jthread thread_;  // the last member: it uses the others
};

/// Calls `attempt` until it returns true, at most three times, and again only if the machine stalled for
/// longer than `slack` meanwhile. @return what the last one returned.
template <typename Attempt>
bool holds_unless_stalled(std::chrono::milliseconds slack, Attempt attempt) {
  StallWatch watch;
  for (int tries = 1;; ++tries) {
    watch.take_longest();
    if (attempt()) return true;
    if (tries == 3 || watch.take_longest() <= slack) return false;
  }
}

}  // namespace bridge::test
