#include "fault.h"

#include <array>
#include <string>

#include "decode.h"

namespace bridge::mqtt {

std::string_view name_of(PacketType type) {
  static constexpr std::array<std::string_view, 16> names = {
      "type 0",    "CONNECT", "CONNACK",     "PUBLISH",  "PUBACK",  "PUBREC",   "PUBREL",     "PUBCOMP",
      "SUBSCRIBE", "SUBACK",  "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"};
  return names[static_cast<std::size_t>(type) & 0x0FU];
}

void throw_malformed(PacketType type, std::string_view rule) {
  throw PacketFault(0x81, std::string(name_of(type)) + ": " + std::string(rule));
}

void throw_protocol_error(PacketType type, std::string_view rule) {
  throw PacketFault(0x82, std::string(name_of(type)) + ": " + std::string(rule));
}

}  // namespace bridge::mqtt
