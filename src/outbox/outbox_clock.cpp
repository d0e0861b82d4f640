#include "outbox_clock.h"

#include <time.h>

#include <algorithm>
#include <utility>

namespace bridge {
namespace {

template <typename Duration>
std::int64_t milliseconds_of(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace

std::chrono::nanoseconds time_since_boot() {
  timespec now = {};
  ::clock_gettime(CLOCK_BOOTTIME, &now);  // std::chrono::steady_clock stands still in a suspension
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

OutboxClock::OutboxClock(OutboxClocks clocks) : clocks_(std::move(clocks)), ahead_(wall() - steady()) {}

void OutboxClock::begin(std::int64_t shift, WallTime newest) {
  begun_ = true;
  ahead_ = std::max(wall() - shift, newest) - steady();
}

WallTime OutboxClock::wall() const { return milliseconds_of(clocks_.wall().time_since_epoch()); }

std::int64_t OutboxClock::steady() const { return milliseconds_of(clocks_.steady()); }

}  // namespace bridge
