#pragma once

#include <stdexcept>

#include "packet.h"
#include "properties_encoder.h"

namespace bridge::mqtt {

/// Puts a packet without its Fixed Header into a sink, once to count and once to write.
template <typename Sink>
class PacketBody {
 public:
  PacketBody(Sink& sink, Version version) : sink_(sink), is_v5_(version == Version::v5) {}

  void operator()(const Connect& connect) {
    sink_.string("MQTT");
    sink_.byte(is_v5_ ? 5 : 4);
    sink_.byte(flags_of(connect));
    sink_.two_byte_integer(connect.keep_alive);
    properties(connect.properties, PacketType::connect);
    sink_.string(connect.client_identifier);
    if (connect.will) {
      if (is_v5_) put_properties(sink_, connect.will->properties, PropertyPlace::will());
      sink_.string(connect.will->topic_name);
      sink_.string(connect.will->payload);
    }
    if (connect.user_name) sink_.string(*connect.user_name);
    if (connect.password) sink_.string(*connect.password);
  }

  void operator()(const Connack& connack) {
    sink_.byte(connack.session_present ? 1 : 0);
    sink_.byte(connack.reason_code);
    properties(connack.properties, PacketType::connack);
  }

  void operator()(const Publish& publish) {
    sink_.string(publish.topic_name);
    if (publish.qos != QoS::at_most_once) sink_.two_byte_integer(publish.packet_identifier);
    properties(publish.properties, PacketType::publish);
    sink_.raw(publish.payload);
  }

  void operator()(const Acknowledgement& acknowledgement) {
    sink_.two_byte_integer(acknowledgement.packet_identifier);
    reason(acknowledgement.reason_code, acknowledgement.properties, acknowledgement.type);
  }

  void operator()(const Subscribe& subscribe) {
    sink_.two_byte_integer(subscribe.packet_identifier);
    properties(subscribe.properties, PacketType::subscribe);
    for (const SubscribeEntry& entry : subscribe.entries) {
      sink_.string(entry.topic_filter);
      sink_.byte(options_of(entry));
    }
  }

  void operator()(const Suback& suback) {
    sink_.two_byte_integer(suback.packet_identifier);
    properties(suback.properties, PacketType::suback);
    for (const std::uint8_t code : suback.reason_codes) sink_.byte(code);
  }

  void operator()(const Unsubscribe& unsubscribe) {
    sink_.two_byte_integer(unsubscribe.packet_identifier);
    properties(unsubscribe.properties, PacketType::unsubscribe);
    for (const std::string_view filter : unsubscribe.topic_filters) sink_.string(filter);
  }

  void operator()(const Unsuback& unsuback) {
    sink_.two_byte_integer(unsuback.packet_identifier);
    if (!is_v5_) return;
    properties(unsuback.properties, PacketType::unsuback);
    for (const std::uint8_t code : unsuback.reason_codes) sink_.byte(code);
  }

  void operator()(const Pingreq&) {}
  void operator()(const Pingresp&) {}
  void operator()(const Disconnect& disconnect) {
    reason(disconnect.reason_code, disconnect.properties, PacketType::disconnect);
  }

  void operator()(const Auth& auth) {
    if (!is_v5_) throw std::invalid_argument("there is no AUTH in MQTT 3.1.1");
    if (auth.reason_code == 0 && size_of_values(auth.properties, PropertyPlace(PacketType::auth)) == 0)
      return;
    sink_.byte(auth.reason_code);  // never without a Property Length (3.15.2.1)
    properties(auth.properties, PacketType::auth);
  }

 private:
  void properties(const Properties& values, PacketType type) {
    if (is_v5_) put_properties(sink_, values, PropertyPlace(type));
  }

  /// Leaves out a Reason Code and properties that need not be written (3.4.2.1, 3.4.2.2.1, 3.14.2.1,
  /// 3.14.2.2.1).
  void reason(std::uint8_t code, const Properties& values, PacketType type) {
    const bool has_properties = is_v5_ && size_of_values(values, PropertyPlace(type)) != 0;
    if (!is_v5_ || (code == 0 && !has_properties)) return;
    sink_.byte(code);
    if (has_properties) properties(values, type);
  }

  std::uint8_t flags_of(const Connect& connect) const {
    unsigned flags = connect.clean_start ? 0x02U : 0U;
    if (connect.will)
      flags |= 0x04U | static_cast<unsigned>(connect.will->qos) << 3U | (connect.will->retain ? 0x20U : 0U);
    if (connect.password) flags |= 0x40U;
    if (connect.user_name) flags |= 0x80U;
    return static_cast<std::uint8_t>(flags);
  }

  std::uint8_t options_of(const SubscribeEntry& entry) const {
    unsigned options = static_cast<unsigned>(entry.qos);
    if (is_v5_)
      options |= (entry.no_local ? 0x04U : 0U) | (entry.retain_as_published ? 0x08U : 0U) |
                 static_cast<unsigned>(entry.retain_handling) << 4U;
    return static_cast<std::uint8_t>(options);
  }

  Sink& sink_;
  bool is_v5_;
};

}  // namespace bridge::mqtt
