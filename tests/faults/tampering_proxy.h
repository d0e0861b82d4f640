#pragma once

#include <atomic>
#include <list>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "message_name.h"
#include "support/mqtt_packet.h"
#include "support/socket.h"
#include "support/worker_threads.h"

namespace bridge::test {

/// A fault that a bridge could have. It is done to the first message that it concerns.
enum class Tampering {
  none,
  swallows_large,   // a large message of QoS 1: acknowledged to the bridge, and the broker never gets it
  repeats_qos_2,    // a message of QoS 2 is sent once more after its PUBREL
  holds_back,       // a message that expires after a second comes 2.5 s late
  blames_innocent,  // the connection is closed whenever a certain message comes that is not poisoned
};

/// Stands between the bridge and the witness, and makes a good bridge look bad. MQTT 5.
class TamperingProxy {
 public:
  TamperingProxy(std::uint16_t port_behind, Tampering tampering);
  ~TamperingProxy();
  TamperingProxy(const TamperingProxy&) = delete;
  TamperingProxy& operator=(const TamperingProxy&) = delete;

  bool is_on() const { return tampering_ != Tampering::none; }
  std::uint16_t port() const { return listener_.port(); }

 private:
  struct Link {
    Link(Socket from_client, Socket to_broker)
        : client(std::move(from_client)), broker(std::move(to_broker)) {}

    Socket client;
    Socket broker;
    std::mutex to_client;
    std::atomic<bool> over = false;
    std::vector<std::pair<TimePoint, std::string>> held;  // packets, and when they are to go on
  };

  void accept_all();
  void serve(Link& link);
  void pump_to_broker(Link& link);
  void pump_to_client(Link& link);
  /// @return true if the connection goes on.
  bool pass(Link& link, const MqttPacket& packet);
  bool tamper_with_publish(Link& link, const MqttPacket& packet);
  bool is_chosen(const MessageName& name, int qos);
  static bool pass_held(Link& link);

  std::uint16_t port_behind_;
  Tampering tampering_;
  Listener listener_;
  std::atomic<bool> stopping_ = false;
  std::mutex choosing_;
  std::optional<MessageName> chosen_;
  std::string again_;  // the chosen PUBLISH of QoS 2, until its PUBREL
  std::uint16_t again_identifier_ = 0;
  std::list<Link> links_;
  WorkerThreads workers_;
  std::thread acceptor_;
};

}  // namespace bridge::test
