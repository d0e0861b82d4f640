#pragma once

#include <cstddef>

#include "bridge/core/message.h"

namespace bridge {

/// The largest value of a Variable Byte Integer (MQTT 5.0, 1.5.5).
inline constexpr std::size_t maximum_variable_byte_integer = 268'435'455;

/// The bytes that `value` takes as a Variable Byte Integer; it must not be above the maximum.
constexpr std::size_t variable_byte_integer_size(std::size_t value) {
  if (value < 128) return 1;
  if (value < 16'384) return 2;
  return value < 2'097'152 ? 3 : 4;
}

/// The bytes of the whole PUBLISH packet of a message, with its payload and its own Message Expiry Interval
/// (MQTT 5.0, 3.3). More than 268,435,460 are more than a packet can have.
/// @param protocol_version 5, or 4 for MQTT 3.1.1, which has no properties.
std::size_t publish_packet_size(const Message& message, int protocol_version);

}  // namespace bridge
