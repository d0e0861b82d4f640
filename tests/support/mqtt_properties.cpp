#include <stdexcept>

#include "support/mqtt_packet.h"

namespace bridge::test {
namespace {

// Property identifiers (MQTT 5.0, 2.2.2.2).
constexpr std::uint8_t payload_format_indicator = 0x01;
constexpr std::uint8_t message_expiry_interval = 0x02;
constexpr std::uint8_t content_type = 0x03;
constexpr std::uint8_t response_topic = 0x08;
constexpr std::uint8_t correlation_data = 0x09;
constexpr std::uint8_t subscription_identifier = 0x0B;
constexpr std::uint8_t user_property = 0x26;

void write_text(PacketWriter& writer, std::uint8_t identifier, const std::optional<std::string>& value) {
  if (value) writer.byte(identifier).text(*value);
}

void read_one(PacketReader& reader, Properties& properties) {
  switch (reader.byte()) {
    case payload_format_indicator:
      properties.payload_format_indicator = reader.byte();
      break;
    case message_expiry_interval:
      properties.message_expiry_interval = reader.four_bytes();
      break;
    case content_type:
      properties.content_type = reader.text();
      break;
    case response_topic:
      properties.response_topic = reader.text();
      break;
    case correlation_data:
      properties.correlation_data = reader.text();
      break;
    case subscription_identifier:
      properties.subscription_identifiers.push_back(reader.variable_integer());
      break;
    case user_property: {
      std::string name = reader.text();
      properties.user_properties.emplace_back(std::move(name), reader.text());
      break;
    }
    default:
      throw std::runtime_error("a property that no PUBLISH has");
  }
}

}  // namespace

void write_properties(PacketWriter& writer, const Properties& properties) {
  PacketWriter list;
  if (properties.payload_format_indicator) {
    list.byte(payload_format_indicator).byte(*properties.payload_format_indicator);
  }
  if (properties.message_expiry_interval) {
    list.byte(message_expiry_interval).four_bytes(*properties.message_expiry_interval);
  }
  write_text(list, content_type, properties.content_type);
  write_text(list, response_topic, properties.response_topic);
  write_text(list, correlation_data, properties.correlation_data);
  for (const auto& [name, value] : properties.user_properties) {
    list.byte(user_property).text(name).text(value);
  }
  writer.variable_integer(static_cast<std::uint32_t>(list.bytes().size())).raw(list.bytes());
}

Properties read_properties(PacketReader& reader) {
  const std::size_t size = reader.variable_integer();
  PacketReader list(reader.raw(size));
  Properties properties;
  while (!list.empty()) read_one(list, properties);
  return properties;
}

}  // namespace bridge::test
