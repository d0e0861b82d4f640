#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "message_name.h"
#include "support/fault_proxy.h"
#include "support/mqtt_packet.h"

namespace bridge::test {

/// A broker that closes the connection at each poisoned message, without a word, whatever its version.
class BrokerGate : public ProxyGate {
 public:
  std::size_t admit(std::size_t connection, std::string_view bytes) override;

  std::size_t closings() const;
  /// The largest number of times that it closed at one message.
  std::size_t most_closings_at_one() const;

 private:
  struct Connection {
    PacketStream stream;
    std::size_t unread = 0;  // bytes of the packet that has come in part
    bool is_version_5 = true;
  };

  mutable std::mutex mutex_;
  std::map<std::size_t, Connection> connections_;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> closings_;  // by writer and number
};

}  // namespace bridge::test
