#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/mqtt_packet.h"
#include "support/socket.h"
#include "support/timing.h"

namespace bridge::test {

struct ProbeOptions {
  std::string client_id = "probe";
  bool clean_start = true;
  int protocol_level = 5;  // or 4: MQTT 3.1.1
};

/// A PUBLISH as it came.
struct ReceivedMessage {
  std::string topic;
  std::string payload;
  int qos = 0;
  bool retain = false;
  Properties properties;
};

/// An MQTT client that shares no code with the bridge: both cannot be wrong in the same way.
class MqttProbe {
 public:
  /// Connects. @throws std::runtime_error if the broker does not accept.
  explicit MqttProbe(std::uint16_t port, const ProbeOptions& options = {});
  ~MqttProbe();
  MqttProbe(const MqttProbe&) = delete;
  MqttProbe& operator=(const MqttProbe&) = delete;

  /// @return the Reason Code of the SUBACK; -1 if none came in 10 s.
  int subscribe(const std::string& topic_filter, int qos = 2);
  /// Waits for the broker's acknowledgement at QoS 1 and 2. @return its Reason Code; -1 if none came.
  int publish(const std::string& topic, const std::string& payload, int qos = 0, bool retain = false,
              const Properties& properties = {});

  std::vector<ReceivedMessage> received() const;
  std::size_t count() const;
  bool wait_for_count(std::size_t count, TimePoint deadline) const;
  /// The first message that fits, among those that have come or will come until `deadline`.
  std::optional<ReceivedMessage> wait_for(const std::function<bool(const ReceivedMessage&)>& fits,
                                          TimePoint deadline) const;
  std::optional<ReceivedMessage> wait_for_topic(const std::string& topic, TimePoint deadline) const;
  void forget_received();

 private:
  using Acknowledgement = std::pair<PacketType, std::uint16_t>;

  void connect(const ProbeOptions& options);
  void read_all();
  void handle(const MqttPacket& packet, std::string& replies);
  void handle_publish(const MqttPacket& packet, std::string& replies);
  void handle_acknowledgement(const MqttPacket& packet);
  std::uint16_t next_packet_identifier();
  int wait_for_acknowledgement(PacketType type, std::uint16_t packet_identifier) const;

  Socket socket_;
  bool version_5_ = true;
  PacketStream stream_;
  std::mutex sending_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::uint16_t packet_identifier_ = 0;
  std::vector<ReceivedMessage> received_;
  std::set<std::uint16_t> unreleased_;  // QoS 2: PUBLISH taken, PUBREL not yet seen
  std::map<Acknowledgement, int> acknowledgements_;
  std::thread thread_;
};

}  // namespace bridge::test
