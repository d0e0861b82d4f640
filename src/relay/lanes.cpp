#include "lanes.h"

#include <iterator>

namespace bridge {
namespace {

using Stage = Delivery::Stage;

Delivery* first_of(Deliveries& list) { return list.empty() ? nullptr : &list.front(); }

bool is_from_disk(const Delivery& delivery) {
  return delivery.stage == Stage::queued && delivery.copy.state == DiskCopy::State::stored;
}

}  // namespace

void Lanes::add(Delivery& delivery) {
  const bool is_large = delivery.size >= large;
  const bool behind_large = large_topics_.has(delivery.message.topic_name);
  if (is_large) delivery.large_topic = large_topics_.hold(delivery.message.topic_name);
  if (!delivery.is_immediate())
    move_to_back(delivery, ordered);
  else
    move_to_back(delivery, is_large || behind_large ? large_immediate : small_immediate);
}

Delivery* Lanes::first_in_order(bool may_drain, bool disk_is_read) {
  if (!redelivery.empty()) return &redelivery.front();
  if (may_drain && !from_disk.empty()) return &from_disk.front();
  return disk_is_read ? first_of(ordered) : nullptr;
}

void Lanes::unpark_freed() {
  if (parked.empty() || times_freed_ == suspected_topics.times_freed()) return;
  times_freed_ = suspected_topics.times_freed();
  for (auto next = parked.end(); next != parked.begin();) {
    Delivery& delivery = *std::prev(next);
    if (suspected_topics.has(delivery.message.topic_name))
      --next;
    else
      unpark(delivery);
  }
}

void Lanes::unpark_all() {
  while (!parked.empty()) unpark(parked.back());
}

void Lanes::unpark(Delivery& delivery) {
  move_to_front(delivery, is_from_disk(delivery) ? from_disk : ordered);
}

Delivery* Lanes::next(Delivery* in_order) {
  Delivery* const small = first_of(small_immediate);
  if (in_order != nullptr && is_from_disk(*in_order) && has_immediate()) qos0_goes_next_ = !qos0_goes_next_;
  Delivery* const other = other_than_small(in_order);
  if (small != nullptr && (other == nullptr || small_goes_first(*small, *other))) return small;
  passes_ = 0;
  return other;
}

Delivery* Lanes::other_than_small(Delivery* in_order) {
  Delivery* const large_one = first_of(large_immediate);
  if (in_order == nullptr) return large_one;
  if (large_one == nullptr || in_order->stage == Stage::redelivery) return in_order;
  if (is_from_disk(*in_order)) return qos0_goes_next_ ? large_one : in_order;
  return large_one->submitted < in_order->submitted ? large_one : in_order;
}

bool Lanes::small_goes_first(const Delivery& small, const Delivery& other) {
  if (other.size >= large && passes_ < most_passes) {
    ++passes_;
    return true;
  }
  if (other.stage == Stage::redelivery) return false;
  if (is_from_disk(other)) return qos0_goes_next_;
  return small.submitted < other.submitted;
}

}  // namespace bridge
