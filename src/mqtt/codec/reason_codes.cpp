#include "reason_codes.h"

#include <algorithm>
#include <array>
#include <span>

#include "leniency.h"

namespace bridge::mqtt {
namespace {

using Code = std::uint8_t;

constexpr std::array<Code, 22> connack_codes = {0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86,
                                                0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95, 0x97,
                                                0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F};
constexpr std::array<Code, 9> received_codes = {0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99};
constexpr std::array<Code, 2> release_codes = {0x00, 0x92};
constexpr std::array<Code, 12> suback_codes = {0x00, 0x01, 0x02, 0x80, 0x83, 0x87,
                                               0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2};
constexpr std::array<Code, 7> unsuback_codes = {0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91};
constexpr std::array<Code, 30> disconnect_codes = {
    0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x93,
    0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2};
constexpr std::array<Code, 3> auth_codes = {0x00, 0x18, 0x19};

constexpr std::span<const Code> codes_of(PacketType type) {
  switch (type) {
    case PacketType::connack:
      return connack_codes;
    case PacketType::puback:
    case PacketType::pubrec:
      return received_codes;
    case PacketType::pubrel:
    case PacketType::pubcomp:
      return release_codes;
    case PacketType::suback:
      return suback_codes;
    case PacketType::unsuback:
      return unsuback_codes;
    case PacketType::disconnect:
      return disconnect_codes;
    case PacketType::auth:
      return auth_codes;
    default:  // the other packets have no Reason Code
      return {};
  }
}

}  // namespace

bool is_known_reason_code(PacketType type, std::uint8_t code) {
  return std::ranges::find(codes_of(type), code) != codes_of(type).end();
}

bool is_taken(PacketType type, std::uint8_t code, Version version) {
  if (is_taken_reason_code(type, code)) return true;
  if (version == Version::v3_1_1 && type == PacketType::suback) return code <= 2;  // MQTT 3.1.1, 3.9.3
  return is_known_reason_code(type, code);
}

}  // namespace bridge::mqtt
