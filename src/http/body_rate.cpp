#include "body_rate.h"

#include <algorithm>
#include <utility>

namespace bridge {

std::optional<TimePoint> BodyRate::next_deadline(TimePoint now, std::size_t arrived,
                                                 const HttpSettings& settings) {
  using std::chrono::milliseconds;
  if (settings.min_body_rate == 0 || arrived == std::exchange(at_last_look_, arrived)) return std::nullopt;
  const milliseconds paid_for(std::uint64_t{arrived} * 1000 / settings.min_body_rate);
  const TimePoint ends = began_ + std::min<milliseconds>(paid_for, settings.max_body_time);
  if (now >= ends) return std::nullopt;
  return std::min(now + settings.body_timeout, ends);
}

}  // namespace bridge
