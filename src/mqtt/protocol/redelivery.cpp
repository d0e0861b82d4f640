#include "redelivery.h"

#include "bridge/core/packet_size.h"
#include "protocol_reason.h"
#include "publish_head.h"

namespace bridge::mqtt {
namespace {

using Kind = PublishOutcome::Kind;
using Place = InFlight::Place;
using Stage = InFlight::Stage;

PublishOutcome refused(int reason_code) { return {Kind::refused, reason_code}; }

}  // namespace

void Redelivery::begin(const BrokerLimits& limits) {
  limits_ = limits;
  in_flight_.requeue_all();
}

void Redelivery::go_on(TimePoint now, std::size_t most_waiting) {
  while (is_under_way() && output_.waiting() < most_waiting)
    if (send_next(in_flight_.front(Place::again), now) == Step::no_room) return;
}

Redelivery::Step Redelivery::send_next(std::uint16_t identifier, TimePoint now) {
  const InFlight::Slot& slot = in_flight_.at(identifier);
  if (slot.stage == Stage::release) {
    send_pubrel(identifier, now);
    return Step::done;
  }
  if (slot.message == nullptr) {
    withdraw(identifier, now);
    return Step::done;
  }
  Outgoing& message = *slot.message;
  if (const auto outcome = hindrance(message, now)) {
    ends_.add(message, outcome->kind, static_cast<std::uint8_t>(outcome->reason_code));
    withdraw(identifier, now);
    return Step::done;
  }
  if (in_flight_.awaited() >= limits_.receive_maximum) return Step::no_room;
  PublishHead head = publish_head(message, identifier, now);
  head.dup = true;
  in_flight_.sent(identifier, Place::published, output_.add_publish(message, head), now);
  return Step::done;
}

/// The reason why a message is not sent again; empty if it is.
std::optional<PublishOutcome> Redelivery::hindrance(const Outgoing& outgoing, TimePoint now) const {
  const Message& message = outgoing.message;
  if (outgoing.expires_at && *outgoing.expires_at <= now) return PublishOutcome{Kind::expired, 0};
  if (message.qos > limits_.maximum_qos) return refused(qos_not_supported);
  if (message.retain && !limits_.retain_available) return refused(retain_not_supported);
  if (publish_packet_size(message, static_cast<int>(output_.version())) > limits_.maximum_packet_size)
    return refused(packet_too_large);
  return std::nullopt;
}

/// A message that will not be sent again. If it is of QoS 2 the broker may hold it, and would take the next
/// message with its Packet Identifier for a repetition: a PUBREL ends that, whether the broker holds it or
/// not (4.3.3, 3.7.2.1). A session in which it stays unanswered is not resumed, as that of an abandoned
/// message.
void Redelivery::withdraw(std::uint16_t identifier, TimePoint now) {
  const InFlight::Slot& slot = in_flight_.at(identifier);
  if (slot.qos == QoS::exactly_once && limits_.maximum_qos == QoS::exactly_once) {
    in_flight_.abandon(identifier);
    in_flight_.at(identifier).stage = Stage::release;
    return send_pubrel(identifier, now);
  }
  in_flight_.remove(identifier);
  identifiers_.free(identifier);
}

void Redelivery::send_pubrel(std::uint16_t identifier, TimePoint now) {
  const std::uint64_t end =
      output_.add_acknowledgement(PacketType::pubrel, identifier, 0, OutputQueue::Kind::other);
  in_flight_.sent(identifier, Place::released, end, now);
}

}  // namespace bridge::mqtt
