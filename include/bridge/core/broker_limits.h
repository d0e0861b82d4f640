#pragma once

#include <cstdint>

#include "bridge/core/message.h"

namespace bridge {

/// Limits that the broker named in its CONNACK (MQTT 5.0, 3.2.2.3); the defaults are those of MQTT 3.1.1.
struct BrokerLimits {
  int protocol_version = 5;  // 5, or 4 for MQTT 3.1.1
  QoS maximum_qos = QoS::exactly_once;
  bool retain_available = true;
  bool wildcard_available = true;
  bool shared_available = true;
  std::uint32_t maximum_packet_size = 268435455 + 5;  // bytes
  std::uint16_t receive_maximum = 65535;
};

}  // namespace bridge
