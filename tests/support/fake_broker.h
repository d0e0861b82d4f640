#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "support/mqtt_packet.h"
#include "support/socket.h"
#include "support/worker_threads.h"

namespace bridge::test {

/// The answers of the fake broker; they may be changed only before it is started.
struct BrokerScript {
  std::string connack_properties;  // MQTT 5.0, 3.2.2.3, without the Property Length
  int connack_code = 0;            // answers a CONNECT of MQTT 5; -1: no answer. One of 3.1.1 is accepted
  static constexpr int close = -2;
  /// The Reason Code for a filter in SUBACK; -1: no answer; close: closes the connection without a word.
  std::function<int(const std::string& topic_filter, int qos)> suback = [](const std::string&, int qos) {
    return qos;
  };
  /// The Reason Code for a topic in PUBACK or PUBREC; -1: no answer; close: as above.
  std::function<int(const std::string& topic)> puback = [](const std::string&) { return 0; };
};

/// A broker that answers as a script says, as no real one can be made to. Forwards nothing.
class FakeBroker {
 public:
  explicit FakeBroker(BrokerScript script);
  ~FakeBroker();
  FakeBroker(const FakeBroker&) = delete;
  FakeBroker& operator=(const FakeBroker&) = delete;

  std::uint16_t port() const { return listener_.port(); }
  int connects() const { return connects_; }
  int unsubscribes() const { return unsubscribes_; }
  int pings() const { return pings_; }
  std::vector<std::string> published_topics() const;

 private:
  void accept_all();
  void serve(const Socket& socket);
  std::optional<std::string> answer_to(const MqttPacket& packet);
  std::optional<std::string> answer_to_subscribe(const MqttPacket& packet) const;
  std::optional<std::string> answer_to_publish(const MqttPacket& packet);

  BrokerScript script_;
  Listener listener_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> connects_ = 0;
  std::atomic<int> version_ = 5;  // of the latest CONNECT
  std::atomic<int> unsubscribes_ = 0;
  std::atomic<int> pings_ = 0;
  mutable std::mutex mutex_;
  std::list<Socket> sockets_;
  std::vector<std::string> published_topics_;
  WorkerThreads workers_;
  std::thread acceptor_;
};

}  // namespace bridge::test
