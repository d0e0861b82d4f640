#pragma once

#include <cstdint>

namespace bridge::mqtt {

/// The Reason Codes (MQTT 5.0, 2.4) that the protocol says of its own accord.
enum ProtocolReason : std::uint8_t {
  protocol_error = 0x82,
  unsupported_protocol_version = 0x84,
  packet_identifier_not_found = 0x92,
  receive_maximum_exceeded = 0x93,
  topic_alias_invalid = 0x94,
  packet_too_large = 0x95,
  quota_exceeded = 0x97,
  retain_not_supported = 0x9A,
  qos_not_supported = 0x9B,
};

}  // namespace bridge::mqtt
