#pragma once

#include <sstream>
#include <string>
#include <string_view>
#include <variant>

#include "mqtt/codec/decode.h"
#include "mqtt/codec/encode.h"

namespace bridge::mqtt {

/// A packet of the client's as a line of a table: "PUBLISH 1 qos1 dup a" has Packet Identifier, QoS and
/// payload. In place of a payload of more than 16 bytes stands its length.
class PacketWords {
 public:
  std::string operator()(const Connect& connect) const {
    std::ostringstream words;
    words << "CONNECT " << (connect.version == Version::v5 ? "5" : "3.1.1")
          << (connect.clean_start ? " clean" : " kept");
    return words.str();
  }
  std::string operator()(const Publish& publish) const {
    std::ostringstream words;
    words << "PUBLISH ";
    if (publish.qos != QoS::at_most_once) words << publish.packet_identifier << " ";
    words << "qos" << static_cast<int>(publish.qos) << (publish.dup ? " dup" : "") << " "
          << payload_of(publish.payload);
    if (publish.properties.message_expiry_interval)
      words << " expiry " << *publish.properties.message_expiry_interval;
    return words.str();
  }
  std::string operator()(const Acknowledgement& acknowledgement) const {
    static constexpr const char* names[] = {"PUBACK", "PUBREC", "PUBREL", "PUBCOMP"};
    const auto index =
        static_cast<std::size_t>(acknowledgement.type) - static_cast<std::size_t>(PacketType::puback);
    return std::string(names[index]) + " " + std::to_string(acknowledgement.packet_identifier) +
           code_of(acknowledgement.reason_code);
  }
  std::string operator()(const Subscribe& subscribe) const {
    std::string words = "SUBSCRIBE " + std::to_string(subscribe.packet_identifier);
    for (const SubscribeEntry& entry : subscribe.entries)
      words.append(" ")
          .append(entry.topic_filter)
          .append(" qos")
          .append(std::to_string(static_cast<int>(entry.qos)));
    return words;
  }
  std::string operator()(const Unsubscribe& unsubscribe) const {
    std::string words = "UNSUBSCRIBE " + std::to_string(unsubscribe.packet_identifier);
    for (const std::string_view filter : unsubscribe.topic_filters) words.append(" ").append(filter);
    return words;
  }
  std::string operator()(const Pingreq&) const { return "PINGREQ"; }
  std::string operator()(const Disconnect& disconnect) const {
    return "DISCONNECT" + code_of(disconnect.reason_code);
  }
  template <typename Other>
  std::string operator()(const Other&) const {
    return "a packet that no client sends";
  }

  static std::string code_of(int code) {
    static constexpr char digits[] = "0123456789ABCDEF";
    if (code == 0) return "";
    return std::string(" 0x") + digits[code / 16] + digits[code % 16];
  }
  static std::string payload_of(std::string_view payload) {
    return payload.size() > 16 ? std::to_string(payload.size()) + " bytes" : std::string(payload);
  }
};

}  // namespace bridge::mqtt
