#include "message_rules.h"

#include <string>
#include <string_view>

#include "bridge/core/error.h"
#include "bridge/core/packet_size.h"
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

}  // namespace bridge
