#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "bridge/core/message.h"

namespace bridge::mqtt {

/// The parts of a CONNECT that do not change from one connection to the next (MQTT 5.0, 3.1).
struct ConnectSettings {
  std::string client_identifier;
  std::string user_name;                     // empty: none
  std::string password;                      // empty: none
  std::chrono::seconds keep_alive{60};       // at most 65,535; 0: none
  std::chrono::seconds session_expiry{300};  // 0: the session ends with its connection
  std::optional<Message> will;
  std::chrono::milliseconds unanswered_after{15000};    // see SessionObserver::on_unanswered()
  std::uint16_t receive_maximum = 65535;                // messages of the broker's that wait for us
  std::uint32_t maximum_packet_size = 1048576 + 65536;  // bytes; nothing larger of the broker's is read
};

}  // namespace bridge::mqtt
