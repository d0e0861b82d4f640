#include "in_flight.h"

#include <algorithm>

namespace bridge::mqtt {

InFlight::Slot& InFlight::add(std::uint16_t identifier, Outgoing& message) {
  if (identifier >= slots_.size()) slots_.resize(identifier + std::size_t{1});
  Slot& slot = slots_[identifier];
  slot = Slot{};
  slot.message = &message;
  slot.sequence = slot.order = next_order_++;
  slot.qos = message.message.qos;
  slot.stage = Stage::publish;
  ++size_;
  link(identifier, Place::published);
  return slot;
}

void InFlight::remove(std::uint16_t identifier) {
  unlink(identifier);
  if (slots_[identifier].message == nullptr) --abandoned_;
  slots_[identifier] = Slot{};
  --size_;
}

void InFlight::sent(std::uint16_t identifier, Place place, std::uint64_t end, TimePoint now) {
  Slot& slot = slots_[identifier];
  slot.order = next_order_++;
  slot.end = end;
  slot.sent_at = now;
  move(identifier, place);
}

void InFlight::move(std::uint16_t identifier, Place place) {
  unlink(identifier);
  link(identifier, place);
}

void InFlight::abandon(std::uint16_t identifier) {
  if (slots_[identifier].message != nullptr) ++abandoned_;
  slots_[identifier].message = nullptr;
}

void InFlight::link(std::uint16_t identifier, Place place) {
  Queue& to = queue(place);
  Slot& slot = slots_[identifier];
  slot.place = place;
  slot.previous = to.back;
  slot.next = 0;
  (to.back == 0 ? to.front : slots_[to.back].next) = identifier;
  to.back = identifier;
  ++to.size;
}

void InFlight::unlink(std::uint16_t identifier) {
  const Slot& slot = slots_[identifier];
  Queue& from = queue(slot.place);
  (slot.previous == 0 ? from.front : slots_[slot.previous].next) = slot.next;
  (slot.next == 0 ? from.back : slots_[slot.next].previous) = slot.previous;
  --from.size;
}

void InFlight::requeue_all() {
  std::vector<std::uint16_t> all = in_order();
  const auto waits = std::stable_partition(
      all.begin(), all.end(), [this](std::uint16_t id) { return slots_[id].stage == Stage::release; });
  std::sort(all.begin(), waits,
            [this](std::uint16_t a, std::uint16_t b) { return slots_[a].order < slots_[b].order; });
  queues_ = {};
  for (const std::uint16_t identifier : all) {
    slots_[identifier].end = OutputQueue::never;
    slots_[identifier].was_sent_before = true;
    link(identifier, Place::again);
  }
}

std::vector<std::uint16_t> InFlight::in_order() const {
  std::vector<std::uint16_t> all;
  all.reserve(size_);
  for (std::size_t id = 1; id < slots_.size(); ++id)
    if (slots_[id].stage != Stage::free) all.push_back(static_cast<std::uint16_t>(id));
  std::sort(all.begin(), all.end(),
            [this](std::uint16_t a, std::uint16_t b) { return slots_[a].sequence < slots_[b].sequence; });
  return all;
}

}  // namespace bridge::mqtt
