#include "lingerer.h"

#include <algorithm>
#include <utility>

namespace bridge {

void Lingerer::begin(Lingering& all, Connection& connection, TimePoint now, std::chrono::seconds at_most) {
  leave();
  all_ = &all;
  place_ = all.add(connection);
  ends_ = now + at_most;
  discarded_ = 0;
}

std::optional<TimePoint> Lingerer::next_deadline(TimePoint now) {
  if (std::exchange(discarded_, 0) < least_bytes || now >= ends_) return std::nullopt;
  return std::min(now + timeout, ends_);
}

void Lingerer::leave() {
  if (all_ != nullptr) std::exchange(all_, nullptr)->remove(place_);
}

}  // namespace bridge
