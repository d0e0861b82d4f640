#include "inbound.h"

#include "protocol_reason.h"

namespace bridge::mqtt {

bool Inbound::is_repeated(const Publish& publish) const {
  return publish.qos == QoS::exactly_once && !received_.empty() && received_[publish.packet_identifier];
}

void Inbound::acknowledge(const Publish& publish) {
  if (publish.qos == QoS::at_most_once) return;
  PacketType type = PacketType::puback;
  if (publish.qos == QoS::exactly_once) {
    type = PacketType::pubrec;
    received_.resize(65536);
    received_[publish.packet_identifier] = true;
  }
  output_.add_acknowledgement(type, publish.packet_identifier, 0, OutputQueue::Kind::answer);
}

/// MQTT 5.0, 3.7.2.1: after a reconnect the broker may release what we know nothing of.
void Inbound::pubrel(std::uint16_t identifier) {
  const bool is_known = !received_.empty() && received_[identifier];
  if (is_known) received_[identifier] = false;
  output_.add_acknowledgement(PacketType::pubcomp, identifier,
                              is_known ? std::uint8_t{0} : std::uint8_t{packet_identifier_not_found},
                              OutputQueue::Kind::answer);
}

}  // namespace bridge::mqtt
