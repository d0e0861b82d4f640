#include "handshake.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "../codec/decode.h"
#include "../codec/leniency.h"
#include "protocol_reason.h"

namespace bridge::mqtt {
namespace {

template <typename Integer>
Integer bounded(std::chrono::seconds time) {
  constexpr std::chrono::seconds longest{std::numeric_limits<Integer>::max()};
  return static_cast<Integer>(std::clamp(time, std::chrono::seconds(0), longest).count());
}

Properties properties_of(const MessageProperties& message) {
  Properties properties;
  properties.payload_format_indicator = message.payload_format_indicator;
  if (message.message_expiry_interval)
    properties.message_expiry_interval = bounded<std::uint32_t>(*message.message_expiry_interval);
  properties.content_type = message.content_type;
  properties.response_topic = message.response_topic;
  properties.correlation_data = message.correlation_data;
  for (const UserProperty& property : message.user_properties)
    properties.user_properties.emplace_back(property.name, property.value);
  return properties;
}

BrokerLimits limits_of(const Properties& properties, Version version) {
  BrokerLimits limits;
  limits.protocol_version = static_cast<int>(version);
  if (version != Version::v5) return limits;
  if (properties.maximum_qos) limits.maximum_qos = static_cast<QoS>(*properties.maximum_qos);
  limits.retain_available = properties.retain_available.value_or(1) != 0;
  limits.wildcard_available = properties.wildcard_subscription_available.value_or(1) != 0;
  limits.shared_available = properties.shared_subscription_available.value_or(1) != 0;
  limits.maximum_packet_size = properties.maximum_packet_size.value_or(limits.maximum_packet_size);
  limits.receive_maximum = properties.receive_maximum.value_or(limits.receive_maximum);
  return limits;
}

/// No other broker is known to answer with these three values.
bool is_of_rabbitmq(const Properties& properties) {
  return properties.maximum_qos == 1 && properties.topic_alias_maximum == 16 &&
         properties.shared_subscription_available == 0;
}

}  // namespace

const Connect& Handshake::connect(Version version, bool is_unfit) {
  const bool is_kept = settings_.session_expiry.count() > 0;
  connect_ = {};
  connect_.version = version;
  connect_.clean_start = !has_session_ || !is_kept || is_unfit;
  connect_.keep_alive = bounded<std::uint16_t>(settings_.keep_alive);
  connect_.client_identifier =
      assigned_client_identifier_.empty() ? settings_.client_identifier : assigned_client_identifier_;
  Properties& properties = connect_.properties;
  if (is_kept) properties.session_expiry_interval = bounded<std::uint32_t>(settings_.session_expiry);
  if (settings_.receive_maximum != 65535) properties.receive_maximum = settings_.receive_maximum;
  properties.maximum_packet_size = settings_.maximum_packet_size;
  if (!settings_.user_name.empty()) connect_.user_name = settings_.user_name;
  if (!settings_.password.empty()) connect_.password = settings_.password;
  // MQTT 3.1.1, 3.1.2.9: no password without a user name.
  if (connect_.password && !connect_.user_name && version == Version::v3_1_1) connect_.user_name = "";
  if (settings_.will) {
    const Message& will = *settings_.will;
    connect_.will =
        Will{will.qos, will.retain, properties_of(will.properties), will.topic_name, will.payload};
  }
  return connect_;
}

ConnackReceived Handshake::connack(const PacketReader::Arrived& arrived) {
  if (arrived.frame.type() != PacketType::connack)
    throw PacketFault(protocol_error, "the broker's first packet is no CONNACK (3.2)");
  const Packet packet = decode(arrived.frame, arrived.bytes, connect_.version);
  const bool has_properties = !is_connack_without_properties(arrived.frame.remaining_length);
  ConnackReceived received = read(std::get<Connack>(packet), has_properties);
  if (received.reason_code != 0) return received;
  if (received.session_present && connect_.clean_start)
    throw PacketFault(protocol_error, "CONNACK: has a session present after Clean Start (3.2.2.1.1)");
  has_session_ = true;
  if (!received.assigned_client_identifier.empty())
    assigned_client_identifier_ = received.assigned_client_identifier;
  return received;
}

ConnackReceived Handshake::read(const Connack& connack, bool has_properties) const {
  using std::chrono::seconds;
  const Properties& properties = connack.properties;
  const bool is_v5 = connect_.version == Version::v5;
  ConnackReceived received;
  received.reason_code = connack.reason_code;
  if (is_v5 && connack.reason_code == 0 && !has_properties)
    received.reason_code = unsupported_protocol_version;
  received.session_present = connack.session_present;
  received.limits = limits_of(properties, connect_.version);
  received.keep_alive = seconds(connect_.keep_alive);
  received.session_expiry = seconds(connect_.properties.session_expiry_interval.value_or(0));
  if (!is_v5 && connect_.clean_start) received.session_expiry = {};
  received.reason_string = properties.reason_string.value_or("");
  if (!is_v5) return received;
  received.looks_like_rabbitmq = is_of_rabbitmq(properties);
  if (properties.server_keep_alive) received.keep_alive = seconds(*properties.server_keep_alive);
  if (properties.session_expiry_interval)
    received.session_expiry = seconds(*properties.session_expiry_interval);
  received.assigned_client_identifier = properties.assigned_client_identifier.value_or("");
  received.server_reference = properties.server_reference.value_or("");
  return received;
}

}  // namespace bridge::mqtt
