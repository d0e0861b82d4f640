#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "support/mqtt_packet.h"
#include "support/mqtt_probe.h"
#include "support/socket.h"

namespace bridge::test {

/// A subscriber to everything at QoS 2, in a session that outlives its connections and the broker's
/// restarts. It shares no code with either client. Each message of QoS 2 is recorded once, even if the
/// broker repeats it.
class Recorder {
 public:
  /// Connects and subscribes. @throws std::runtime_error if the broker refuses.
  explicit Recorder(std::uint16_t port);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  std::vector<ReceivedMessage> received() const;
  bool wait_for_topic(const std::string& topic, TimePoint deadline) const;
  bool connected() const { return connected_; }

 private:
  void record();
  void connect();
  void subscribe();
  MqttPacket next(TimePoint deadline);
  void handle(const MqttPacket& packet);
  void handle_publish(const MqttPacket& packet);
  bool is_repeated(const ReceivedMessage& message, std::uint16_t identifier) const;

  std::uint16_t port_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> connected_ = false;
  Socket socket_;
  PacketStream stream_;
  std::map<std::uint16_t, std::size_t> latest_;  // QoS 2: places in received_, by Packet Identifier
  mutable std::mutex mutex_;
  std::vector<ReceivedMessage> received_;
  std::thread thread_;
};

}  // namespace bridge::test
