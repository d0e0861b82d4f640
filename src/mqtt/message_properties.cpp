#include "message_properties.h"

#include <span>

namespace bridge::mqtt {
namespace {

using ::mqtt::property;

void add(::mqtt::properties& to, property::code code, const std::optional<std::string>& value) {
  if (value) to.add(property(code, *value));
}

std::string text(const MQTTLenString& value) {
  return value.data == nullptr ? std::string() : std::string(value.data, static_cast<std::size_t>(value.len));
}

void read(const MQTTProperty& from, MessageProperties& to) {
  switch (from.identifier) {
    case MQTTPROPERTY_CODE_PAYLOAD_FORMAT_INDICATOR:
      to.payload_format_indicator = from.value.byte;
      break;
    case MQTTPROPERTY_CODE_MESSAGE_EXPIRY_INTERVAL:
      to.message_expiry_interval = std::chrono::seconds(from.value.integer4);
      break;
    case MQTTPROPERTY_CODE_CONTENT_TYPE:
      to.content_type = text(from.value.data);
      break;
    case MQTTPROPERTY_CODE_RESPONSE_TOPIC:
      to.response_topic = text(from.value.data);
      break;
    case MQTTPROPERTY_CODE_CORRELATION_DATA:
      to.correlation_data = text(from.value.data);
      break;
    case MQTTPROPERTY_CODE_USER_PROPERTY:
      to.user_properties.push_back({text(from.value.data), text(from.value.value)});
      break;
    default:
      break;
  }
}

}  // namespace

::mqtt::properties to_library(const MessageProperties& properties) {
  ::mqtt::properties result;
  if (properties.payload_format_indicator) {
    result.add(property(property::PAYLOAD_FORMAT_INDICATOR, *properties.payload_format_indicator));
  }
  if (properties.message_expiry_interval) {
    // the library's constructor takes a signed number for the four bytes
    const auto seconds = static_cast<std::uint32_t>(properties.message_expiry_interval->count());
    result.add(property(property::MESSAGE_EXPIRY_INTERVAL, static_cast<std::int32_t>(seconds)));
  }
  add(result, property::CONTENT_TYPE, properties.content_type);
  add(result, property::RESPONSE_TOPIC, properties.response_topic);
  add(result, property::CORRELATION_DATA, properties.correlation_data);
  for (const UserProperty& user : properties.user_properties) {
    result.add(property(property::USER_PROPERTY, user.name, user.value));
  }
  return result;
}

MessageProperties from_library(const MQTTProperties& properties) {
  MessageProperties result;
  if (properties.count <= 0) return result;
  for (const MQTTProperty& each : std::span(properties.array, static_cast<std::size_t>(properties.count))) {
    read(each, result);
  }
  return result;
}

}  // namespace bridge::mqtt
