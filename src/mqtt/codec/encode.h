#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "bridge/core/message.h"
#include "packet.h"

namespace bridge::mqtt {

/// Appends one packet to `out`, exactly as the specification has it. Fields that `version` does not have are
/// left out (properties and Reason Codes with MQTT 3.1.1), and so are properties that the packet may not
/// have (MQTT 5.0, 2.2.2.2). Values are not checked: a Packet Identifier of 0, or a wildcard in a Topic
/// Name, goes out. `version` holds for a CONNECT, too, whatever `Connect::version` says.
/// @throws std::length_error if a string is longer than 65,535 bytes or the packet than 268,435,460;
///   std::invalid_argument for an AUTH with MQTT 3.1.1: mistakes of ours, which the callers exclude. `out`
///   is then as it was.
void encode(std::string& out, const Packet& packet, Version version);

/// The parts of a PUBLISH that are not of the message.
struct PublishHead {
  bool dup = false;
  std::uint16_t packet_identifier = 0;                   // QoS 1 and 2
  std::optional<std::uint32_t> message_expiry_interval;  // s; in place of the message's own
};

/// Appends a PUBLISH (3.3) without its payload, which follows as it is: a large one is not copied.
/// @throws std::length_error as encode() does
void encode_publish_head(std::string& out, const Message& message, const PublishHead& head, Version version);

/// Appends PUBACK, PUBREC, PUBREL or PUBCOMP; in the short form if `reason_code` is 0 (MQTT 5.0, 3.4.2.1).
void encode_acknowledgement(std::string& out, PacketType type, std::uint16_t packet_identifier,
                            std::uint8_t reason_code, Version version);

}  // namespace bridge::mqtt
