#include "publish_flow.h"

#include <algorithm>

#include "../codec/decode.h"
#include "protocol_reason.h"
#include "publish_head.h"

namespace bridge::mqtt {
namespace {

using Kind = PublishOutcome::Kind;
using Place = InFlight::Place;
using Stage = InFlight::Stage;

[[noreturn]] void throw_misfit(const char* words) { throw PacketFault(protocol_error, words); }

Kind kind_of(std::uint8_t reason_code) { return reason_code < 0x80 ? Kind::accepted : Kind::refused; }

}  // namespace

void PublishFlow::begin_connection() {
  unknown_released_ = 0;
  answered_order_ = read_to_ = qos0_end_ = 0;
}

void PublishFlow::publish(Outgoing& message, TimePoint now) {
  const bool is_qos0 = message.message.qos == QoS::at_most_once;
  const std::uint16_t identifier = is_qos0 ? std::uint16_t{0} : identifiers_.take();
  const std::uint64_t end = send(message, identifier, now);
  if (end == OutputQueue::never) {
    if (!is_qos0) identifiers_.free(identifier);
    return ends_.add(message, Kind::unsent);
  }
  message.in_session = identifier;
  if (is_qos0) return;
  InFlight::Slot& slot = in_flight_.add(identifier, message);
  slot.end = end;
  slot.sent_at = now;
}

std::uint64_t PublishFlow::send(Outgoing& message, std::uint16_t identifier, TimePoint now) {
  try {
    return output_.add_publish(message, publish_head(message, identifier, now));
  } catch (...) {
    if (identifier != 0) identifiers_.free(identifier);
    throw;
  }
}

// Acknowledgements.

/// A broker that acknowledges what was not sent is broken or an enemy. To believe it would free a message
/// that the output still refers to.
InFlight::Slot& PublishFlow::expect(std::uint16_t identifier, const char* fault) {
  InFlight::Slot* const slot = in_flight_.find(identifier);
  if (slot == nullptr || slot->stage != Stage::publish || !is_written(*slot)) throw_misfit(fault);
  return *slot;
}

void PublishFlow::note_answer(const InFlight::Slot& slot) {
  answered_order_ = std::max(answered_order_, slot.order);
  if (is_written(slot)) was_read(slot.end);
}

PublishFlow::Lowered PublishFlow::puback(std::uint16_t identifier, std::uint8_t reason_code) {
  const InFlight::Slot& slot = expect(identifier, "PUBACK: acknowledges no message that was sent (4.3.2)");
  const bool lowered = slot.qos == QoS::exactly_once;  // RabbitMQ under MQTT 3.1.1: it has the message
  acknowledge(identifier, reason_code);
  return lowered ? Lowered::yes : Lowered::no;
}

void PublishFlow::acknowledge(std::uint16_t identifier, std::uint8_t reason_code) {
  note_answer(in_flight_.at(identifier));
  finish(identifier, kind_of(reason_code), reason_code);
}

void PublishFlow::pubrec(std::uint16_t identifier, std::uint8_t reason_code, TimePoint now) {
  const InFlight::Slot* const slot = in_flight_.find(identifier);
  if (slot == nullptr) return release_unknown(identifier, reason_code);
  if (slot->qos != QoS::exactly_once) throw_misfit("PUBREC: acknowledges a message of QoS 1 (4.3.2)");
  if (reason_code >= 0x80) {
    expect(identifier, "PUBREC: refuses a message that was not sent, or that it had accepted (4.3.3)");
    return acknowledge(identifier, reason_code);
  }
  // A repeated PUBREC: PUBREL is under way on this connection, or will be.
  if (slot->stage == Stage::release) return;
  // A broker may repeat its PUBREC on the next connection, before it reads the message again.
  if (!slot->was_sent_before) expect(identifier, "PUBREC: acknowledges no message that was sent (4.3.3)");
  release(identifier, reason_code, now);
}

void PublishFlow::release(std::uint16_t identifier, std::uint8_t pubrec_code, TimePoint now) {
  InFlight::Slot& slot = in_flight_.at(identifier);
  note_answer(slot);
  slot.stage = Stage::release;
  slot.pubrec_code = pubrec_code;
  const Place place = slot.place == Place::unanswered ? Place::unanswered : Place::released;
  const std::uint64_t end =
      output_.add_acknowledgement(PacketType::pubrel, identifier, 0, OutputQueue::Kind::other);
  in_flight_.sent(identifier, place, end, now);
}

/// MQTT 5.0, 3.6.2.1; with MQTT 3.1.1 a PUBREL alone. The broker answers it with a PUBCOMP.
void PublishFlow::release_unknown(std::uint16_t identifier, std::uint8_t pubrec_code) {
  if (pubrec_code >= 0x80) throw_misfit("PUBREC: refuses a message that is not in flight (4.3.3)");
  ++unknown_released_;
  output_.add_acknowledgement(PacketType::pubrel, identifier, packet_identifier_not_found,
                              OutputQueue::Kind::answer);
}

void PublishFlow::pubcomp(std::uint16_t identifier, std::uint8_t reason_code) {
  const InFlight::Slot* const slot = in_flight_.find(identifier);
  const bool fits = slot != nullptr && slot->stage == Stage::release && is_written(*slot);
  if (!fits && unknown_released_ > 0) {
    --unknown_released_;
    return;
  }
  // After a reconnect a broker may say so more than once (3.7.2.1); it confirms nothing.
  if (slot == nullptr && reason_code == packet_identifier_not_found) return;
  if (!fits) throw_misfit("PUBCOMP: completes no message that was released (4.3.3)");
  note_answer(*slot);
  if (reason_code < 0x80) return finish(identifier, Kind::accepted, std::max(reason_code, slot->pubrec_code));
  // The PUBCOMP of an earlier connection was lost: the broker has completed the message, and forgotten it.
  if (slot->was_sent_before) return finish(identifier, Kind::accepted, slot->pubrec_code);
  finish(identifier, Kind::refused, reason_code);
}

void PublishFlow::finish(std::uint16_t identifier, Kind kind, std::uint8_t reason_code) {
  Outgoing* const message = in_flight_.at(identifier).message;
  in_flight_.remove(identifier);
  identifiers_.free(identifier);
  if (message != nullptr) ends_.add(*message, kind, reason_code);
}

// Written packets, and those that were not when the connection ended.

void PublishFlow::tell_written() {
  OutputQueue::Queued packet;
  while (output_.pop_written(packet)) {
    const bool is_qos0 = packet.kind == OutputQueue::Kind::publish && packet.packet_identifier == 0;
    if (!is_qos0) continue;
    qos0_end_ = packet.end;
    if (packet.message != nullptr) ends_.add(*packet.message, Kind::accepted);
  }
}

void PublishFlow::end_connection() {
  const auto& unwritten = output_.packets();
  for (std::size_t i = 0; i < unwritten.size(); ++i)
    end_unwritten(unwritten[i], i == 0 && output_.has_begun_first());
}

void PublishFlow::end_unwritten(const OutputQueue::Queued& packet, bool is_begun) {
  if (packet.kind != OutputQueue::Kind::publish) return;
  const bool is_qos0 = packet.packet_identifier == 0;
  if (is_begun && !is_qos0) return;  // it stays in flight
  if (!is_qos0) return finish(packet.packet_identifier, Kind::unsent, 0);
  if (packet.message != nullptr) ends_.add(*packet.message, is_begun ? Kind::interrupted : Kind::unsent);
}

void PublishFlow::interrupt_all() {
  for (const std::uint16_t identifier : in_flight_.in_order()) finish(identifier, Kind::interrupted, 0);
}

void PublishFlow::abandon(Outgoing& message) {
  const auto identifier = static_cast<std::uint16_t>(message.in_session);
  const InFlight::Slot* const slot = in_flight_.find(identifier);
  if (slot != nullptr && slot->message == &message) in_flight_.abandon(identifier);
  output_.detach(message);
}

bool PublishFlow::has_unanswered() const {
  if (in_flight_.size() > in_flight_.size(Place::again)) return true;
  const bool qos0_is_begun =
      output_.has_begun_first() && output_.packets().front().kind == OutputQueue::Kind::publish;
  return qos0_is_begun || qos0_end_ > read_to_;
}

}  // namespace bridge::mqtt
