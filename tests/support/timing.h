#pragma once

#include <chrono>

namespace bridge::test {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

/// True if the program under test was built with sanitizers. They slow it down: bounds on time grow with
/// them, volumes shrink.
extern const bool sanitized;

/// The time that helpers wait for things for which no time is promised.
constexpr std::chrono::seconds patience{20};

std::chrono::milliseconds scaled(std::chrono::milliseconds bound);

inline TimePoint within(std::chrono::milliseconds bound) { return Clock::now() + scaled(bound); }

inline std::chrono::milliseconds since(TimePoint start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
}

/// Milliseconds left until `deadline` as poll(2) takes them; 0 when it has passed.
int poll_timeout(TimePoint deadline);

/// Asks `condition` every 2 ms until it holds. @return false if `deadline` passed first.
template <typename Condition>
bool eventually(TimePoint deadline, Condition condition);

/// Waits 2 ms: the pause between two looks at a condition of which nothing tells.
void pause_between_looks();

template <typename Condition>
bool eventually(TimePoint deadline, Condition condition) {
  while (!condition()) {
    if (Clock::now() >= deadline) return false;
    pause_between_looks();
  }
  return true;
}

}  // namespace bridge::test
