#include "reason_codes.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "codec_bytes.h"
#include "fault.h"

namespace bridge::mqtt {
namespace {

/// MQTT 5.0, Table 2-6, by code; reason_codes.cpp lists by packet.
const std::map<int, std::set<std::string_view>> packets_of_code = {
    {0x00, {"CONNACK", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBACK", "UNSUBACK", "AUTH", "DISCONNECT"}},
    {0x01, {"SUBACK"}},
    {0x02, {"SUBACK"}},
    {0x04, {"DISCONNECT"}},
    {0x10, {"PUBACK", "PUBREC"}},
    {0x11, {"UNSUBACK"}},
    {0x18, {"AUTH"}},
    {0x19, {"AUTH"}},
    {0x80, {"CONNACK", "PUBACK", "PUBREC", "SUBACK", "UNSUBACK", "DISCONNECT"}},
    {0x81, {"CONNACK", "DISCONNECT"}},
    {0x82, {"CONNACK", "DISCONNECT"}},
    {0x83, {"CONNACK", "PUBACK", "PUBREC", "SUBACK", "UNSUBACK", "DISCONNECT"}},
    {0x84, {"CONNACK"}},
    {0x85, {"CONNACK"}},
    {0x86, {"CONNACK"}},
    {0x87, {"CONNACK", "PUBACK", "PUBREC", "SUBACK", "UNSUBACK", "DISCONNECT"}},
    {0x88, {"CONNACK"}},
    {0x89, {"CONNACK", "DISCONNECT"}},
    {0x8A, {"CONNACK"}},
    {0x8B, {"DISCONNECT"}},
    {0x8C, {"CONNACK", "DISCONNECT"}},
    {0x8D, {"DISCONNECT"}},
    {0x8E, {"DISCONNECT"}},
    {0x8F, {"SUBACK", "UNSUBACK", "DISCONNECT"}},
    {0x90, {"CONNACK", "PUBACK", "PUBREC", "DISCONNECT"}},
    {0x91, {"PUBACK", "PUBREC", "SUBACK", "UNSUBACK"}},
    {0x92, {"PUBREL", "PUBCOMP"}},
    {0x93, {"DISCONNECT"}},
    {0x94, {"DISCONNECT"}},
    {0x95, {"CONNACK", "DISCONNECT"}},
    {0x96, {"DISCONNECT"}},
    {0x97, {"CONNACK", "PUBACK", "PUBREC", "SUBACK", "DISCONNECT"}},
    {0x98, {"DISCONNECT"}},
    {0x99, {"CONNACK", "PUBACK", "PUBREC", "DISCONNECT"}},
    {0x9A, {"CONNACK", "DISCONNECT"}},
    {0x9B, {"CONNACK", "DISCONNECT"}},
    {0x9C, {"CONNACK", "DISCONNECT"}},
    {0x9D, {"CONNACK", "DISCONNECT"}},
    {0x9E, {"SUBACK", "DISCONNECT"}},
    {0x9F, {"CONNACK", "DISCONNECT"}},
    {0xA0, {"DISCONNECT"}},
    {0xA1, {"SUBACK", "DISCONNECT"}},
    {0xA2, {"SUBACK", "DISCONNECT"}},
};

TEST(ReasonCodesTest, AreThoseOfTable26) {
  for (int type = 1; type <= 15; ++type) {
    for (int code = 0; code < 256; ++code) {
      const auto packet = static_cast<PacketType>(type);
      const auto found = packets_of_code.find(code);
      const bool expected = found != packets_of_code.end() && found->second.contains(name_of(packet));
      EXPECT_EQ(is_known_reason_code(packet, static_cast<std::uint8_t>(code)), expected)
          << name_of(packet) << " " << code;
    }
  }
}

/// One packet of that type with one Reason Code and no properties.
std::string packet_with(PacketType type, int code) {
  const std::string byte(1, static_cast<char>(code));
  switch (type) {
    case PacketType::connack:
      return packet_of(0x20, bytes("00") + byte + bytes("00"));
    case PacketType::suback:
      return packet_of(0x90, bytes("00 01 00") + byte);
    case PacketType::unsuback:
      return packet_of(0xB0, bytes("00 01 00") + byte);
    case PacketType::disconnect:
      return packet_of(0xE0, byte + bytes("00"));
    case PacketType::auth:
      return packet_of(0xF0, byte + bytes("04 15 00 01 'm'"));
    case PacketType::pubrel:
      return packet_of(0x62, bytes("00 01") + byte + bytes("00"));
    default:
      return packet_of(static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4U),
                       bytes("00 01") + byte + bytes("00"));
  }
}

TEST(ReasonCodesTest, AreAProtocolErrorWhereNeitherTheTableNorLeniencyHasThem) {
  using enum PacketType;
  for (const PacketType type :
       {connack, puback, pubrec, pubrel, pubcomp, suback, unsuback, disconnect, auth}) {
    for (int code = 0; code < 256; ++code) {
      const bool is_lenient = type == puback || type == pubrec || (type == suback && code >= 0x80);
      const bool is_known = is_known_reason_code(type, static_cast<std::uint8_t>(code));
      EXPECT_EQ(fault_of(packet_with(type, code), Version::v5), is_known || is_lenient ? 0 : 0x82)
          << name_of(type) << " " << code;
    }
  }
}

}  // namespace
}  // namespace bridge::mqtt
