#include "message_rules.h"

#include <string>
#include <string_view>

#include "bridge/core/error.h"
#include "bridge/core/reason_code.h"
#include "bridge/core/topic.h"
#include "bridge/core/utf8.h"

namespace bridge {
namespace {

constexpr std::size_t max_string_bytes = 65535;  // MQTT 5.0, 1.5.4
constexpr std::size_t max_user_properties = 1000;

void check_named_topic(std::string_view field, std::string_view topic_name, Errc errc) {
  try {
    check_topic_name(topic_name);
  } catch (const Error& error) {
    throw Error(errc, std::string(field) + ": " + error.what());
  }
}

void check_length(std::string_view field, std::string_view bytes) {
  if (bytes.size() > max_string_bytes)
    throw Error(Errc::invalid_field, std::string(field) + ": must not be longer than 65535 bytes");
}

void check_string(std::string_view field, std::string_view text) {
  check_length(field, text);
  if (const std::string_view fault = string_fault(text); !fault.empty())
    throw Error(Errc::invalid_field, std::string(field) + ": " + std::string(fault));
}

void check_properties(const MessageProperties& properties) {
  if (properties.content_type) check_string("content_type", *properties.content_type);
  if (properties.response_topic)
    check_named_topic("response_topic", *properties.response_topic, Errc::invalid_field);
  if (properties.correlation_data) check_length("correlation_data", *properties.correlation_data);
  if (properties.user_properties.size() > max_user_properties)
    throw Error(Errc::invalid_field, "user_properties: must not be more than 1000");
  for (const UserProperty& property : properties.user_properties) {
    check_string("user_properties", property.name);
    check_string("user_properties", property.value);
  }
}

constexpr std::size_t variable_byte_integer_size(std::size_t value) {  // MQTT 5.0, 1.5.5
  return value < 128 ? 1 : value < 16384 ? 2 : value < 2097152 ? 3 : 4;
}

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

void check_message(const Message& message) {
  check_named_topic("topic", message.topic_name, Errc::invalid_topic_name);
  check_properties(message.properties);
  if (message.properties.payload_format_indicator == 1 && !is_well_formed_utf8(message.payload))
    throw Error(Errc::invalid_field, "payload_format_indicator: is 1, but the payload is not UTF-8");
}

int beyond_limits(const Message& message, const BrokerLimits& limits) {
  if (message.qos > limits.maximum_qos) return reason_code::qos_not_supported;
  if (message.retain && !limits.retain_available) return reason_code::retain_not_supported;
  if (publish_packet_size(message, limits.protocol_version) > limits.maximum_packet_size)
    return reason_code::packet_too_large;
  return 0;
}

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
