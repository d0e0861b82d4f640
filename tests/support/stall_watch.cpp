#include "support/stall_watch.h"

#include <algorithm>

namespace bridge::test {

StallWatch::StallWatch() : thread_([this](const std::stop_token& stop) { watch(stop); }) {}

std::chrono::milliseconds StallWatch::take_longest() {
  return std::chrono::milliseconds(longest_.exchange(0));
}

void StallWatch::watch(const std::stop_token& stop) {
  constexpr std::chrono::milliseconds nap(5);
  while (!stop.stop_requested()) {
    const TimePoint asleep_at = Clock::now();
    std::this_thread::sleep_for(nap);
    const auto late = (since(asleep_at) - nap).count();
    longest_ = std::max(longest_.load(), late);
  }
}

}  // namespace bridge::test
