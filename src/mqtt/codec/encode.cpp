#include "encode.h"

#include "first_byte.h"
#include "packet_body.h"

namespace bridge::mqtt {
namespace {

struct FirstByte {
  std::uint8_t operator()(const Connect&) const { return first_byte(PacketType::connect); }
  std::uint8_t operator()(const Connack&) const { return first_byte(PacketType::connack); }
  std::uint8_t operator()(const Publish& publish) const {
    return first_byte_of_publish(publish.dup, publish.qos, publish.retain);
  }
  std::uint8_t operator()(const Acknowledgement& acknowledgement) const {
    return first_byte(acknowledgement.type);
  }
  std::uint8_t operator()(const Subscribe&) const { return first_byte(PacketType::subscribe); }
  std::uint8_t operator()(const Suback&) const { return first_byte(PacketType::suback); }
  std::uint8_t operator()(const Unsubscribe&) const { return first_byte(PacketType::unsubscribe); }
  std::uint8_t operator()(const Unsuback&) const { return first_byte(PacketType::unsuback); }
  std::uint8_t operator()(const Pingreq&) const { return first_byte(PacketType::pingreq); }
  std::uint8_t operator()(const Pingresp&) const { return first_byte(PacketType::pingresp); }
  std::uint8_t operator()(const Disconnect&) const { return first_byte(PacketType::disconnect); }
  std::uint8_t operator()(const Auth&) const { return first_byte(PacketType::auth); }
};

}  // namespace

void encode(std::string& out, const Packet& packet, Version version) {
  ByteCounter body;
  std::visit(PacketBody(body, version), packet);
  ByteCounter().variable_byte_integer(body.size());  // throws if no packet can be so long
  Appender appender(out);
  appender.byte(std::visit(FirstByte{}, packet));
  appender.variable_byte_integer(body.size());
  std::visit(PacketBody(appender, version), packet);
}

void encode_acknowledgement(std::string& out, PacketType type, std::uint16_t packet_identifier,
                            std::uint8_t reason_code, Version version) {
  const bool says_reason = reason_code != 0 && version == Version::v5;
  const char bytes[] = {static_cast<char>(first_byte(type)), static_cast<char>(says_reason ? 3 : 2),
                        static_cast<char>(packet_identifier >> 8U),
                        static_cast<char>(packet_identifier & 0xFFU), static_cast<char>(reason_code)};
  out.append(bytes, says_reason ? 5 : 4);
}

}  // namespace bridge::mqtt
