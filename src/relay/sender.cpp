#include "sender.h"

#include <algorithm>

#include "bridge/core/packet_size.h"
#include "bridge/core/reason_code.h"
#include "message_rules.h"
#include "publish_results.h"

namespace bridge {

using Copy = DiskCopy::State;

void Sender::hand_over() {
  if (!state_.link.is_up() || state_.lanes.empty() || state_.permissions.holds_all(state_.now())) return;
  send_suspect();
  if (suspects_.holds_others()) return;
  state_.lanes.unpark_freed();
  while (state_.session.takes(QoS::at_most_once)) {
    Delivery* const delivery = state_.lanes.next(next_in_order());
    if (delivery == nullptr) return;
    if (!delivery->is_immediate() && suspects_.blocks(*delivery))
      suspects_.keep_waiting(*delivery);
    else
      send_if_permitted(*delivery, false);
  }
}

void Sender::send_suspect() {
  Delivery* const suspect = suspects_.next();
  if (suspect != nullptr && send_if_permitted(*suspect, true)) suspects_.sent(*suspect);
}

/// The next message of those that keep an order, while the window and the session have room. QoS 0 waits for
/// no window.
Delivery* Sender::next_in_order() {
  if (state_.sent.in_flight.size() >= state_.settings.publish.window ||
      !state_.session.takes(QoS::at_least_once))
    return nullptr;
  if (state_.backoff.holds(state_.now()) || rules_.must_wait_for_next_process()) return nullptr;
  return state_.lanes.first_in_order(stored_.may_be_sent(), stored_.waiting() == 0);
}

/// Sends the message; or ends it, where it has expired or is not permitted; or has it wait to be sent alone.
/// @return true if it was sent.
bool Sender::send_if_permitted(Delivery& delivery, bool is_alone) {
  if (has_expired(delivery)) {
    rules_.expire(delivery, expired());
    return false;
  }
  const Verdict verdict = state_.permissions.judge({.message = delivery.message,
                                                    .is_promised = !delivery.is_in_memory_only(),
                                                    .was_sent = delivery.was_sent(),
                                                    .is_alone = is_alone,
                                                    .may_probe = state_.session.takes(QoS::at_least_once)},
                                                   state_.now());
  if (verdict.is_against()) {
    refuse(delivery, verdict);
    return false;
  }
  if (verdict.kind == Verdict::Kind::send_alone) {
    suspects_.set_apart(delivery, next_sequence_);
    count_sequence(delivery);
    return false;
  }
  if (verdict.kind == Verdict::Kind::send_as_probe) delivery.message.qos = QoS::at_least_once;
  send(delivery);
  return true;
}

/// A message that was sent and is not stored does not expire: its caller is waiting for the outcome.
bool Sender::has_expired(const Delivery& delivery) {
  if (!delivery.expires_at || *delivery.expires_at > state_.now()) return false;
  return delivery.copy.state == Copy::stored || !delivery.was_sent();
}

/// A message that was sent before may have arrived then, so its caller is told "unconfirmed", unless its
/// topic is forbidden.
void Sender::refuse(Delivery& delivery, const Verdict& verdict) {
  const bool is_certain = verdict.reason_code == reason_code::not_authorized || !delivery.was_sent();
  rules_.give_up(delivery, verdict.reason_code, is_certain ? result_of(verdict) : unconfirmed());
}

/// The id of a stored message, where the broker's limit has room for it.
void Sender::add_id(Delivery& delivery) const {
  if (delivery.copy.state != Copy::stored || delivery.copy.id_is_sent ||
      state_.settings.outbox.id_property.empty())
    return;
  delivery.copy.id_is_sent = true;
  const BrokerLimits& limits = state_.permissions.limits();
  auto& properties = delivery.message.properties.user_properties;
  properties.push_back({state_.settings.outbox.id_property, delivery.copy.id});
  if (publish_packet_size(delivery.message, limits.protocol_version) > limits.maximum_packet_size)
    properties.pop_back();
}

void Sender::send(Delivery& delivery) {
  add_id(delivery);
  delivery.handed_over(next_sequence_);
  count_sequence(delivery);
  if (!delivery.is_immediate()) state_.backoff.probe_sent(delivery.sequence);
  delivery.sent_at = state_.now();
  if (delivery.message.qos == QoS::at_most_once) state_.qos0_sent_at = state_.now();
  move_to_back(delivery, state_.sent.in_flight);
  state_.session.publish(delivery);
}

void Sender::count_sequence(const Delivery& given) {
  if (given.sequence == next_sequence_) ++next_sequence_;
}

TimePoint Sender::next_look() {
  if (!state_.link.is_up()) return TimePoint::max();
  TimePoint next = std::min(state_.permissions.held_until(), suspects_.next_look());
  if (state_.backoff.any() && state_.backoff.until() > state_.now())
    next = std::min(next, state_.backoff.until());
  return next;
}

}  // namespace bridge
