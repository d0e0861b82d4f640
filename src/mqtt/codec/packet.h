#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "bridge/core/message.h"

namespace bridge::mqtt {

/// The Protocol Version of a CONNECT (MQTT 5.0, 3.1.2.2; MQTT 3.1.1, 3.1.2.2).
enum class Version : std::uint8_t { v3_1_1 = 4, v5 = 5 };

/// MQTT 5.0, 2.1.2.
enum class PacketType : std::uint8_t {
  connect = 1,
  connack = 2,
  publish = 3,
  puback = 4,
  pubrec = 5,
  pubrel = 6,
  pubcomp = 7,
  subscribe = 8,
  suback = 9,
  unsubscribe = 10,
  unsuback = 11,
  pingreq = 12,
  pingresp = 13,
  disconnect = 14,
  auth = 15,
};

/// All properties of MQTT 5 (2.2.2.2); property_table.h says which packet may have which. Texts and binary
/// data refer to the bytes that were decoded, or to the caller's.
struct Properties {
  std::optional<std::uint8_t> payload_format_indicator;
  std::optional<std::uint32_t> message_expiry_interval;  // s
  std::optional<std::string_view> content_type;
  std::optional<std::string_view> response_topic;
  std::optional<std::string_view> correlation_data;
  std::vector<std::uint32_t> subscription_identifiers;
  std::optional<std::uint32_t> session_expiry_interval;  // s
  std::optional<std::string_view> assigned_client_identifier;
  std::optional<std::uint16_t> server_keep_alive;  // s
  std::optional<std::string_view> authentication_method;
  std::optional<std::string_view> authentication_data;
  std::optional<std::uint8_t> request_problem_information;
  std::optional<std::uint32_t> will_delay_interval;  // s
  std::optional<std::uint8_t> request_response_information;
  std::optional<std::string_view> response_information;
  std::optional<std::string_view> server_reference;
  std::optional<std::string_view> reason_string;
  std::optional<std::uint16_t> receive_maximum;
  std::optional<std::uint16_t> topic_alias_maximum;
  std::optional<std::uint16_t> topic_alias;
  std::optional<std::uint8_t> maximum_qos;
  std::optional<std::uint8_t> retain_available;
  std::vector<std::pair<std::string_view, std::string_view>> user_properties;  // in order, repeats kept
  std::optional<std::uint32_t> maximum_packet_size;                            // bytes
  std::optional<std::uint8_t> wildcard_subscription_available;
  std::optional<std::uint8_t> subscription_identifier_available;
  std::optional<std::uint8_t> shared_subscription_available;

  bool operator==(const Properties&) const = default;
};

/// The Will Message (MQTT 5.0, 3.1.3.2 to 3.1.3.4).
struct Will {
  QoS qos = QoS::at_most_once;
  bool retain = false;
  Properties properties;
  std::string_view topic_name;
  std::string_view payload;
  bool operator==(const Will&) const = default;
};

struct Connect {  // 3.1
  Version version = Version::v5;
  bool clean_start = false;
  std::uint16_t keep_alive = 0;  // s
  Properties properties;
  std::string_view client_identifier;
  std::optional<Will> will;
  std::optional<std::string_view> user_name;
  std::optional<std::string_view> password;
  bool operator==(const Connect&) const = default;
};

struct Connack {  // 3.2
  bool session_present = false;
  std::uint8_t reason_code = 0;  // with MQTT 3.1.1 the Connect Return code, 0 to 5
  Properties properties;
  bool operator==(const Connack&) const = default;
};

struct Publish {  // 3.3
  bool dup = false;
  QoS qos = QoS::at_most_once;
  bool retain = false;
  std::string_view topic_name;
  std::uint16_t packet_identifier = 0;  // QoS 1 and 2
  Properties properties;
  std::string_view payload;
  bool operator==(const Publish&) const = default;
};

/// PUBACK, PUBREC, PUBREL or PUBCOMP (3.4 to 3.7).
struct Acknowledgement {
  PacketType type = PacketType::puback;
  std::uint16_t packet_identifier = 0;
  std::uint8_t reason_code = 0;
  Properties properties;
  bool operator==(const Acknowledgement&) const = default;
};

struct SubscribeEntry {
  std::string_view topic_filter;
  QoS qos = QoS::at_most_once;
  bool no_local = false;
  bool retain_as_published = false;
  std::uint8_t retain_handling = 0;
  bool operator==(const SubscribeEntry&) const = default;
};

struct Subscribe {  // 3.8
  std::uint16_t packet_identifier = 0;
  Properties properties;
  std::vector<SubscribeEntry> entries;
  bool operator==(const Subscribe&) const = default;
};

struct Suback {  // 3.9
  std::uint16_t packet_identifier = 0;
  Properties properties;
  std::vector<std::uint8_t> reason_codes;
  bool operator==(const Suback&) const = default;
};

struct Unsubscribe {  // 3.10
  std::uint16_t packet_identifier = 0;
  Properties properties;
  std::vector<std::string_view> topic_filters;
  bool operator==(const Unsubscribe&) const = default;
};

struct Unsuback {  // 3.11
  std::uint16_t packet_identifier = 0;
  Properties properties;
  std::vector<std::uint8_t> reason_codes;  // none with MQTT 3.1.1
  bool operator==(const Unsuback&) const = default;
};

struct Pingreq {  // 3.12
  bool operator==(const Pingreq&) const = default;
};

struct Pingresp {  // 3.13
  bool operator==(const Pingresp&) const = default;
};

struct Disconnect {  // 3.14
  std::uint8_t reason_code = 0;
  Properties properties;
  bool operator==(const Disconnect&) const = default;
};

struct Auth {  // 3.15
  std::uint8_t reason_code = 0;
  Properties properties;
  bool operator==(const Auth&) const = default;
};

using Packet = std::variant<Connect, Connack, Publish, Acknowledgement, Subscribe, Suback, Unsubscribe,
                            Unsuback, Pingreq, Pingresp, Disconnect, Auth>;

}  // namespace bridge::mqtt
