#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bridge {

/// Quality of Service (MQTT 5.0, 4.3).
enum class QoS : std::uint8_t { at_most_once = 0, at_least_once = 1, exactly_once = 2 };

/// A User Property (MQTT 5.0, 3.3.2.3.7): the same name may appear more than once, and order counts.
struct UserProperty {
  std::string name;
  std::string value;
  bool operator==(const UserProperty&) const = default;
};

/// The properties of a PUBLISH that a person may set (MQTT 5.0, 3.3.2.3). An empty optional is not sent.
struct MessageProperties {
  std::optional<std::uint8_t> payload_format_indicator;         // 0: bytes, 1: UTF-8
  std::optional<std::chrono::seconds> message_expiry_interval;  // 0 to 4,294,967,295
  std::optional<std::string> content_type;                      // UTF-8
  std::optional<std::string> response_topic;                    // a Topic Name
  std::optional<std::string> correlation_data;                  // bytes
  std::vector<UserProperty> user_properties;

  bool operator==(const MessageProperties&) const = default;
};

/// An Application Message (MQTT 5.0, 3.3).
struct Message {
  std::string topic_name;
  std::string payload;  // bytes
  QoS qos = QoS::at_most_once;
  bool retain = false;
  MessageProperties properties;

  bool operator==(const Message&) const = default;
};

/// A Topic Filter and the QoS asked for it (MQTT 5.0, 3.8.3).
struct Subscription {
  std::string topic_filter;
  QoS qos = QoS::at_most_once;
  bool operator==(const Subscription&) const = default;
};

}  // namespace bridge
