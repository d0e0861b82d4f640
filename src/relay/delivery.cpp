#include "delivery.h"

#include <cassert>
#include <iterator>
#include <utility>

#include "bridge/core/packet_size.h"

namespace bridge {

using Copy = DiskCopy::State;

Delivery::Delivery(Message what, PublishDone told) {
  caller.done = std::move(told);
  message = std::move(what);
  asked_qos = message.qos;
  size = publish_packet_size(message, 5);
}

void Delivery::handed_over(std::uint64_t next_sequence) {
  assert(stage == Stage::queued || stage == Stage::redelivery);
  stage = Stage::in_flight;
  large_topic.release();
  if (sequence == 0) sequence = next_sequence;
  ++times_sent;
}

void Delivery::came_back() {
  assert(stage == Stage::in_flight && times_sent > 0);
  stage = Stage::redelivery;
  --times_sent;
}

void Delivery::set_apart(std::uint64_t next_sequence) {
  assert(stage == Stage::queued || stage == Stage::redelivery);
  stage = Stage::redelivery;
  if (sequence == 0) sequence = next_sequence;
  large_topic.release();
}

void Delivery::interrupted() {
  assert(stage == Stage::in_flight || stage == Stage::written);
  stage = Stage::redelivery;
}

void Delivery::written() {
  assert(stage == Stage::in_flight && asked_qos == QoS::at_most_once);
  stage = Stage::written;
}

void Delivery::decided() {
  assert(stage != Stage::over);
  stage = Stage::over;
}

void Delivery::storing() {
  assert(copy.state == Copy::none);
  copy.state = Copy::storing;
}

void Delivery::stored(Sequence as) {
  assert(copy.state == Copy::storing);
  copy.state = Copy::stored;
  copy.stored_as = as;
}

void Delivery::not_stored() {
  assert(copy.state == Copy::storing);
  copy.state = Copy::none_ever;
}

void Delivery::withdrawn() {
  assert(copy.state == Copy::stored && is_answered());
  copy.state = Copy::none_ever;
}

namespace {

void move(Delivery& delivery, Deliveries& to, Deliveries::iterator before) {
  assert(delivery.list != nullptr);
  to.splice(before, *delivery.list, delivery.place);
  delivery.list = &to;
}

}  // namespace

Delivery& new_delivery(Deliveries& list, Message message, PublishDone done) {
  Delivery& delivery = list.emplace_back(std::move(message), std::move(done));
  delivery.list = &list;
  delivery.place = std::prev(list.end());
  return delivery;
}

void move_to_back(Delivery& delivery, Deliveries& to) { move(delivery, to, to.end()); }

void move_to_front(Delivery& delivery, Deliveries& to) { move(delivery, to, to.begin()); }

void move_in_order(Delivery& delivery, Deliveries& to) {
  auto before = to.end();
  while (before != to.begin() && std::prev(before)->sequence > delivery.sequence) --before;
  move(delivery, to, before);
}

void destroy(Delivery& delivery) { delivery.list->erase(delivery.place); }

}  // namespace bridge
