#pragma once

#include <string_view>

#include "packet.h"

namespace bridge::mqtt {

/// "CONNECT" to "AUTH", as the specification writes them.
std::string_view name_of(PacketType type);

/// A packet that cannot be parsed as the specification has it (MQTT 5.0, 1.2 and 4.13).
/// @param rule goes on after the packet's name: "CONNACK: is cut off".
/// @throws PacketFault 0x81, always
[[noreturn]] void throw_malformed(PacketType type, std::string_view rule);

/// A packet that can be parsed and says what the protocol does not allow (MQTT 5.0, 1.2 and 4.13).
/// @throws PacketFault 0x82, always
[[noreturn]] void throw_protocol_error(PacketType type, std::string_view rule);

}  // namespace bridge::mqtt
