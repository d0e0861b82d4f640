#include "decode.h"
#include "decoders.h"
#include "fault.h"
#include "properties_decoder.h"
#include "text.h"

namespace bridge::mqtt {
namespace {

/// The Connect Flags (MQTT 5.0, 3.1.2.3).
struct ConnectFlags {
  explicit ConnectFlags(std::uint8_t byte) : bits(byte) {}
  bool reserved() const { return (bits & 0x01U) != 0; }
  bool clean_start() const { return (bits & 0x02U) != 0; }
  bool will() const { return (bits & 0x04U) != 0; }
  unsigned will_qos() const { return bits >> 3U & 0x03U; }
  bool will_retain() const { return (bits & 0x20U) != 0; }
  bool password() const { return (bits & 0x40U) != 0; }
  bool user_name() const { return (bits & 0x80U) != 0; }
  std::uint8_t bits;
};

void check(ConnectFlags flags, Version version) {
  if (flags.reserved()) throw_malformed(PacketType::connect, "its reserved flag is set (3.1.2.3)");
  if (flags.will_qos() > 2) throw_malformed(PacketType::connect, "its Will QoS is 3 (3.1.2.6)");
  if (!flags.will() && (flags.will_qos() != 0 || flags.will_retain()))
    throw_malformed(PacketType::connect, "has flags of a Will, and no Will (3.1.2.6, 3.1.2.7)");
  if (version == Version::v3_1_1 && flags.password() && !flags.user_name())
    throw_malformed(PacketType::connect, "has a password without a user name (MQTT 3.1.1, 3.1.2.9)");
}

Version read_version(Reader& reader) {
  const bool is_mqtt = reader.utf8_string() == "MQTT";
  const std::uint8_t level = reader.byte();
  if (!is_mqtt || (level != 4 && level != 5))
    throw PacketFault(0x84, "CONNECT: neither MQTT 5 nor MQTT 3.1.1 (3.1.2.1, 3.1.2.2)");
  return static_cast<Version>(level);
}

Will read_will(Reader& reader, ConnectFlags flags, Version version) {
  Will will;
  will.qos = static_cast<QoS>(flags.will_qos());
  will.retain = flags.will_retain();
  if (version == Version::v5) will.properties = read_properties(reader, PropertyPlace::will());
  will.topic_name = reader.utf8_string();
  if (!topic_name_fault(will.topic_name).empty())
    throw_protocol_error(PacketType::connect, "its Will Topic is no Topic Name (4.7.1, 4.7.3)");
  will.payload = reader.binary_data();
  return will;
}

}  // namespace

Connect decode_connect(Reader& reader) {
  Connect connect;
  connect.version = read_version(reader);
  const ConnectFlags flags(reader.byte());
  check(flags, connect.version);
  connect.clean_start = flags.clean_start();
  connect.keep_alive = reader.two_byte_integer();
  connect.properties = read_properties(reader, connect.version);
  if (connect.properties.authentication_data && !connect.properties.authentication_method)
    throw_protocol_error(PacketType::connect, "has Authentication Data without a method (3.1.2.11.10)");
  connect.client_identifier = reader.utf8_string();
  if (flags.will()) connect.will = read_will(reader, flags, connect.version);
  if (flags.user_name()) connect.user_name = reader.utf8_string();
  if (flags.password()) connect.password = reader.binary_data();
  reader.expect_end();
  return connect;
}

}  // namespace bridge::mqtt
