#include "support/timing.h"

#include <algorithm>
#include <thread>

namespace bridge::test {

#ifdef BRIDGE_SANITIZED
constinit const bool sanitized = true;
#else
constinit const bool sanitized = false;
#endif

std::chrono::milliseconds scaled(std::chrono::milliseconds bound) { return bound * (sanitized ? 5 : 1); }

int poll_timeout(TimePoint deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left, 0, 3600000));
}

void pause_between_looks() { std::this_thread::sleep_for(std::chrono::milliseconds(2)); }

}  // namespace bridge::test
