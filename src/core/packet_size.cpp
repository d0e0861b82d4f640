#include "bridge/core/packet_size.h"

#include <optional>
#include <string>

namespace bridge {
namespace {

std::size_t string_property_size(const std::optional<std::string>& text) {
  return text ? 1 + 2 + text->size() : 0;
}

std::size_t properties_size(const MessageProperties& properties) {
  std::size_t size = properties.payload_format_indicator ? 2 : 0;
  size += properties.message_expiry_interval ? 5 : 0;
  size += string_property_size(properties.content_type) + string_property_size(properties.response_topic) +
          string_property_size(properties.correlation_data);
  for (const UserProperty& property : properties.user_properties)
    size += 1 + 2 + property.name.size() + 2 + property.value.size();
  return size;
}

}  // namespace

std::size_t publish_packet_size(const Message& message, int protocol_version) {
  std::size_t remaining = 2 + message.topic_name.size() + message.payload.size();
  if (message.qos != QoS::at_most_once) remaining += 2;  // Packet Identifier
  if (protocol_version >= 5) {
    const std::size_t properties = properties_size(message.properties);
    remaining += variable_byte_integer_size(properties) + properties;
  }
  return 1 + variable_byte_integer_size(remaining) + remaining;
}

}  // namespace bridge
