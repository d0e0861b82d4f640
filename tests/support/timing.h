#pragma once

#include <chrono>

namespace bridge::test {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

/// Sanitizers slow the program under test down: bounds on time grow with them, volumes shrink.
inline constexpr int time_factor = sanitized ? 5 : 1;

constexpr std::chrono::milliseconds scaled(std::chrono::milliseconds bound) { return bound * time_factor; }

inline TimePoint within(std::chrono::milliseconds bound) { return Clock::now() + scaled(bound); }

inline std::chrono::milliseconds since(TimePoint start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
}

/// Milliseconds left until `deadline` as poll(2) takes them; 0 when it has passed.
int poll_timeout(TimePoint deadline);

/// Asks `condition` every 2 ms until it holds. @return false if `deadline` passed first.
template <typename Condition>
bool eventually(TimePoint deadline, Condition condition);

/// Waits 2 ms, the pause between two looks at a condition that nothing announces.
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
