#pragma once

#include <string>

#include "support/mqtt_packet.h"

namespace bridge::test {

/// @return true if a CONNECT asks for MQTT 5; otherwise it asks for 3.1.1 (MQTT 5.0, 3.1.2.2).
bool is_version_5(const MqttPacket& connect);

/// The fields of a PUBLISH (MQTT 5.0, 3.3).
struct PublishPacket {
  int qos = 0;
  bool dup = false;
  std::string topic;
  std::uint16_t identifier = 0;
  Properties properties = {};  // none in 3.1.1
  std::string payload;
};

/// @throws std::runtime_error if it ends too early.
PublishPacket read_publish(const MqttPacket& packet, bool version_5);

}  // namespace bridge::test
