#include "unanswered.h"

#include <algorithm>

namespace bridge::mqtt {
namespace {

using Place = InFlight::Place;

}  // namespace

TimePoint Unanswered::deadline(std::uint64_t answered_order) const {
  return std::min(deadline(Place::published, answered_order), deadline(Place::released, answered_order));
}

TimePoint Unanswered::deadline(Place place, std::uint64_t answered_order) const {
  const std::uint16_t first = in_flight_.front(place);
  if (first == 0) return TimePoint::max();
  const InFlight::Slot& slot = in_flight_.at(first);
  if (slot.order >= answered_order) return TimePoint::max();  // nothing later was answered
  return slot.sent_at + after_;
}

std::uint16_t Unanswered::next(std::uint64_t answered_order, TimePoint now) {
  for (const Place place : {Place::published, Place::released}) {
    if (deadline(place, answered_order) > now) continue;
    const std::uint16_t identifier = in_flight_.front(place);
    in_flight_.move(identifier, Place::unanswered);
    return identifier;
  }
  return 0;
}

}  // namespace bridge::mqtt
