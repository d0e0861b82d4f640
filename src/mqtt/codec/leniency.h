#pragma once

#include <cstddef>
#include <cstdint>

#include "packet.h"

namespace bridge::mqtt {

// Deviations from the specification that decode() takes: brokers in use send each of them, and none does
// harm. All else that is not allowed is a PacketFault.

/// A CONNACK without a Property Length, as MQTT 3.1.1 has it, in answer to a CONNECT of MQTT 5. So a broker
/// that knows only 3.1.1 refuses the version: `20 02 00 01` (aedes 1.2, ActiveMQ 5.17, amqtt 0.12).
constexpr bool is_connack_without_properties(std::size_t remaining_length) { return remaining_length == 2; }

/// The code of such a CONNACK: a Connect Return code (MQTT 3.1.1, 3.2.2.3), or any refusal by a Reason Code,
/// whatever was asked: mochi 2.7 sends `20 02 00 80` to clients of 3.1.1, and `20 02 00 82` for a version
/// that it does not know.
constexpr bool is_taken_return_code(std::uint8_t code) { return code <= 5 || code >= 0x80; }

/// A CONNACK that is longer is read by the rules of this version, whatever was asked: mosquitto 2.1 and
/// FlashMQ 1.26 send `20 03 00 84 00` for a version that they do not know.
inline constexpr Version long_connack_is_read_as = Version::v5;

/// Unknown Reason Codes whose first bit tells all that there is to know (MQTT 5.0, 2.4):
/// mochi 2.7 answers QoS 1 by a PUBACK with 0x01, and with whatever code a hook of its owner says;
/// it refuses a Shared Subscription with No Local by 0x82 in SUBACK;
/// NanoMQ 0.25 and ejabberd refuse by 0x87 and 0x8F in a SUBACK of MQTT 3.1.1, which knows only 0x80.
constexpr bool is_taken_reason_code(PacketType type, std::uint8_t code) {
  if (type == PacketType::puback || type == PacketType::pubrec) return true;
  return type == PacketType::suback && code >= 0x80;
}

/// A DISCONNECT is read by the rules of this version, whatever was asked: NanoMQ 0.25 and mochi 2.7 send it
/// to clients of MQTT 3.1.1, whose servers have none, and its Reason Code tells why the connection ends.
inline constexpr Version disconnect_is_read_as = Version::v5;

/// A Payload Format Indicator other than 0 and 1 in a PUBLISH: a broker passes on what any client sent
/// (3.3.2.3.2), and one bad publisher would end the connection of each subscriber. text_fault() tells of it.
constexpr bool has_any_value_in_publish(std::uint8_t property_identifier) {
  return property_identifier == 0x01;
}

}  // namespace bridge::mqtt
