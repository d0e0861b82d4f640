#include "message_to_json.h"

#include <array>
#include <cstdio>
#include <ctime>

#include "bridge/core/base64.h"
#include "bridge/core/utf8.h"

namespace bridge {
namespace {

using nlohmann::ordered_json;

ordered_json properties_to_json(const MessageProperties& properties) {
  ordered_json all = ordered_json::object();
  if (properties.content_type) all["content_type"] = *properties.content_type;
  if (properties.message_expiry_interval)
    all["message_expiry_interval"] = properties.message_expiry_interval->count();
  if (properties.payload_format_indicator)
    all["payload_format_indicator"] = *properties.payload_format_indicator;
  if (properties.response_topic) all["response_topic"] = *properties.response_topic;
  if (properties.correlation_data) all["correlation_data"] = *properties.correlation_data;
  for (const UserProperty& property : properties.user_properties)
    all["user_properties"].push_back(ordered_json::array({property.name, property.value}));
  return all;
}

}  // namespace

ordered_json message_to_json(const Message& message) {
  const bool plain = is_well_formed_utf8(message.payload);
  return {{"topic", message.topic_name},
          {"payload", plain ? message.payload : encode_base64(message.payload)},
          {"payload_encoding", plain ? "plain" : "base64"},
          {"qos", static_cast<int>(message.qos)},
          {"retain", message.retain},
          {"properties", properties_to_json(message.properties)}};
}

std::string to_rfc3339(std::chrono::system_clock::time_point at) {
  const auto since_epoch = std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const std::time_t time = seconds.count();
  std::tm utc{};
  gmtime_r(&time, &utc);
  std::array<char, 80> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900,
                utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                static_cast<int>((since_epoch - seconds).count()));
  return text.data();
}

}  // namespace bridge
