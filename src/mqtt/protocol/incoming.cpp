#include "incoming.h"

#include <string>

#include "protocol_reason.h"

namespace bridge::mqtt {
namespace {

/// Answers of ours that may wait for the socket: as many as our Receive Maximum, and as there are Packet
/// Identifiers. A broker that keeps to it never has more to wait for. One that sends and does not read would
/// otherwise fill our memory with them.
constexpr std::size_t most_answers = 65535;

}  // namespace

Incoming::Result Incoming::handle(const PacketReader::Arrived& arrived, TimePoint now) {
  const Version version = flows_.output.version();
  if (const auto brief = read_short_acknowledgement(arrived.frame, arrived.bytes, version)) {
    acknowledgement(brief->type, brief->packet_identifier, brief->reason_code, now);
    return Result::go_on;
  }
  const Packet packet = decode(arrived.frame, arrived.bytes, version);
  switch (arrived.frame.type()) {
    case PacketType::puback:
    case PacketType::pubrec:
    case PacketType::pubrel:
    case PacketType::pubcomp: {
      const auto& it = std::get<Acknowledgement>(packet);
      acknowledgement(it.type, it.packet_identifier, it.reason_code, now);
      return Result::go_on;
    }
    case PacketType::publish:
      publish(std::get<Publish>(packet));
      return Result::go_on;
    case PacketType::suback:
      suback(std::get<Suback>(packet));
      return Result::go_on;
    case PacketType::unsuback:
      unsuback(std::get<Unsuback>(packet));
      return Result::go_on;
    case PacketType::pingresp:
      pingresp();
      return Result::go_on;
    case PacketType::disconnect:
      disconnect(std::get<Disconnect>(packet));
      return Result::disconnected;
    case PacketType::connack:
      throw PacketFault(protocol_error, "CONNACK: comes a second time (3.2)");
    case PacketType::auth:
      throw PacketFault(protocol_error, "AUTH: no authentication method was agreed on (4.12)");
    case PacketType::connect:
    case PacketType::subscribe:
    case PacketType::unsubscribe:
    case PacketType::pingreq:
      break;
  }
  throw PacketFault(protocol_error, "a packet that only clients send");
}

void Incoming::acknowledgement(PacketType type, std::uint16_t identifier, std::uint8_t reason_code,
                               TimePoint now) {
  if (type == PacketType::pubcomp) return flows_.publish.pubcomp(identifier, reason_code);
  if (type == PacketType::puback) {
    const auto lowered = flows_.publish.puback(identifier, reason_code);
    if (lowered == PublishFlow::Lowered::no || told_lowered_qos_) return;
    told_lowered_qos_ = true;
    flows_.ends.tell();
    return events_.on_lowered_qos();
  }
  if (flows_.output.answers() >= most_answers)
    throw PacketFault(quota_exceeded, "the broker asks for more answers than it reads");
  if (type == PacketType::pubrec) return flows_.publish.pubrec(identifier, reason_code, now);
  flows_.inbound.pubrel(identifier);
}

/// A message with texts that are not allowed is acknowledged, so that it does not come again, and not told: a
/// broker passes on what any of its clients sent.
void Incoming::publish(const Publish& publish) {
  if (publish.properties.topic_alias)
    throw PacketFault(topic_alias_invalid, "PUBLISH: has a Topic Alias, of which we allow none (3.3.2.3.4)");
  if (flows_.output.answers() >= most_answers)
    throw PacketFault(receive_maximum_exceeded, "PUBLISH: our Receive Maximum is exceeded (3.3.4)");
  if (!flows_.inbound.is_repeated(publish) && text_fault(publish).empty()) {
    flows_.ends.tell();
    events_.on_message(publish);
  }
  flows_.inbound.acknowledge(publish);
}

void Incoming::suback(const Suback& suback) {
  const std::uint64_t request = flows_.subscriptions.suback(suback);
  flows_.ends.tell();
  events_.on_suback(request, suback.reason_codes);
}

void Incoming::unsuback(const Unsuback& unsuback) {
  const std::uint64_t request = flows_.subscriptions.unsuback(unsuback);
  flows_.ends.tell();
  events_.on_unsuback(request, unsuback.reason_codes);
}

void Incoming::pingresp() {
  const auto answered = flows_.keep_alive.pingresp();
  if (!answered) return;
  flows_.publish.was_read(answered->position);
  if (!answered->is_told) return;
  flows_.ends.tell();
  events_.on_pong();
}

void Incoming::disconnect(const Disconnect& disconnect) {
  flows_.output.cut(0);
  flows_.ends.tell();
  events_.on_disconnect(disconnect.reason_code, disconnect.properties.reason_string.value_or(""));
}

}  // namespace bridge::mqtt
