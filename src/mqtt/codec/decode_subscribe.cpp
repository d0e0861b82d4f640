#include "decoders.h"
#include "fault.h"
#include "properties_decoder.h"

namespace bridge::mqtt {
namespace {

std::string_view read_topic_filter(Reader& reader) {
  const std::string_view filter = reader.utf8_string();
  if (filter.empty()) throw_protocol_error(reader.packet(), "has an empty Topic Filter (4.7.3)");
  return filter;
}

/// Subscription Options (MQTT 5.0, 3.8.3.1); in MQTT 3.1.1, 3.8.3, all of them but the QoS are reserved.
SubscribeEntry read_entry(Reader& reader, Version version) {
  SubscribeEntry entry;
  entry.topic_filter = read_topic_filter(reader);
  const std::uint8_t options = reader.byte();
  const unsigned reserved = version == Version::v5 ? 0xC0U : 0xFCU;
  if ((options & reserved) != 0)
    throw_malformed(PacketType::subscribe, "its reserved options are set (3.8.3.1)");
  if ((options & 0x03U) == 3) throw_protocol_error(PacketType::subscribe, "its Maximum QoS is 3 (3.8.3.1)");
  entry.qos = static_cast<QoS>(options & 0x03U);
  entry.no_local = (options & 0x04U) != 0;
  entry.retain_as_published = (options & 0x08U) != 0;
  entry.retain_handling = static_cast<std::uint8_t>(options >> 4U & 0x03U);
  if (entry.retain_handling == 3)
    throw_protocol_error(PacketType::subscribe, "its Retain Handling is 3 (3.8.3.1)");
  if (entry.no_local && entry.topic_filter.starts_with("$share/"))
    throw_protocol_error(PacketType::subscribe, "has No Local for a Shared Subscription (3.8.3.1)");
  return entry;
}

std::vector<std::uint8_t> read_reason_codes(Reader& reader, Version version) {
  if (reader.at_end()) throw_protocol_error(reader.packet(), "has no Reason Code (3.9.3, 3.11.3)");
  std::vector<std::uint8_t> codes;
  codes.reserve(reader.left());
  while (!reader.at_end()) codes.push_back(read_reason_code(reader, version));
  return codes;
}

}  // namespace

Subscribe decode_subscribe(Reader& reader, Version version) {
  Subscribe subscribe;
  subscribe.packet_identifier = reader.packet_identifier();
  subscribe.properties = read_properties(reader, version);
  if (reader.at_end()) throw_protocol_error(PacketType::subscribe, "has no Topic Filter (3.8.3)");
  while (!reader.at_end()) subscribe.entries.push_back(read_entry(reader, version));
  return subscribe;
}

Suback decode_suback(Reader& reader, Version version) {
  Suback suback;
  suback.packet_identifier = reader.packet_identifier();
  suback.properties = read_properties(reader, version);
  suback.reason_codes = read_reason_codes(reader, version);
  return suback;
}

Unsubscribe decode_unsubscribe(Reader& reader, Version version) {
  Unsubscribe unsubscribe;
  unsubscribe.packet_identifier = reader.packet_identifier();
  unsubscribe.properties = read_properties(reader, version);
  if (reader.at_end()) throw_protocol_error(PacketType::unsubscribe, "has no Topic Filter (3.10.3)");
  while (!reader.at_end()) unsubscribe.topic_filters.push_back(read_topic_filter(reader));
  return unsubscribe;
}

Unsuback decode_unsuback(Reader& reader, Version version) {
  Unsuback unsuback;
  unsuback.packet_identifier = reader.packet_identifier();
  unsuback.properties = read_properties(reader, version);
  if (version == Version::v5) unsuback.reason_codes = read_reason_codes(reader, version);
  reader.expect_end();
  return unsuback;
}

}  // namespace bridge::mqtt
