#pragma once

#include <cstdint>

#include "packet.h"

namespace bridge::mqtt {

/// The first byte of a Fixed Header, with the flags that the type must have (MQTT 5.0, 2.1.2 and 2.1.3).
constexpr std::uint8_t first_byte(PacketType type) {
  const bool has_bit_1 =
      type == PacketType::pubrel || type == PacketType::subscribe || type == PacketType::unsubscribe;
  return static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4U | (has_bit_1 ? 0x02U : 0U));
}

/// That of a PUBLISH (MQTT 5.0, 3.3.1).
constexpr std::uint8_t first_byte_of_publish(bool dup, QoS qos, bool retain) {
  return static_cast<std::uint8_t>(0x30U | (dup ? 0x08U : 0U) | static_cast<unsigned>(qos) << 1U |
                                   (retain ? 0x01U : 0U));
}

}  // namespace bridge::mqtt
