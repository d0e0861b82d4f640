#pragma once

#include <cstdint>

#include "packet.h"

namespace bridge::mqtt {

/// @return true if a packet of that type may have that Reason Code in MQTT 5: the tables of 3.2.2.2, 3.4.2.1,
///   3.5.2.1, 3.6.2.1, 3.7.2.1, 3.9.3, 3.11.3, 3.14.2.1 and 3.15.2.1, and 2.4 for 0x8C in DISCONNECT.
bool is_known_reason_code(PacketType type, std::uint8_t code);

/// @return true if decode() takes `code` in a packet of that version: known codes, and those of leniency.h.
bool is_taken(PacketType type, std::uint8_t code, Version version);

}  // namespace bridge::mqtt
