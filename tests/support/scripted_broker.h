#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <source_location>
#include <string>
#include <thread>
#include <vector>

#include "support/mqtt_packet.h"
#include "support/socket.h"
#include "support/worker_threads.h"

namespace bridge::test {

/// A PUBLISH as a scripted broker heard it.
struct HeardPublish {
  int connection = 0;  // counted from 1
  TimePoint at{};
  std::string topic = {};
  std::string payload = {};
  int qos = 0;
  bool dup = false;
  std::uint16_t identifier = 0;
  Properties properties = {};
};

/// One connection to a scripted broker, as the steps of its table see it.
class ScriptedConnection;

/// A line of the table.
struct BrokerStep {
  BrokerStep(std::function<void(ScriptedConnection&)> action,
             std::source_location at = std::source_location::current())
      : act(std::move(action)), where(at) {}
  std::function<void(ScriptedConnection&)> act;
  std::source_location where;
};

/// A broker that plays a table: expect, reply, cut, expect. Each connection has its own list of steps; the
/// last list serves all further ones. Behind its last step a connection acknowledges everything. A packet
/// that is not expected fails the test. PINGREQ is no part of a table: the broker answers it, until a step
/// keeps silent.
class ScriptedBroker {
 public:
  using Steps = std::vector<BrokerStep>;

  explicit ScriptedBroker(std::vector<Steps> connections);
  ~ScriptedBroker();
  ScriptedBroker(const ScriptedBroker&) = delete;
  ScriptedBroker& operator=(const ScriptedBroker&) = delete;

  std::uint16_t port() const { return listener_.port(); }
  int connects() const { return connects_; }
  int pings() const { return pings_; }
  std::vector<HeardPublish> heard() const;
  /// The payloads of the PUBLISH packets to `topic`, in the order in which they came, with repeats.
  std::vector<std::string> payloads_of(const std::string& topic) const;
  /// Waits until the steps of `connections` connections have all been played.
  bool wait_until_played(int connections, TimePoint deadline) const;

 private:
  friend class ScriptedConnection;

  void accept_all();
  void serve(Socket& socket, int number);

  std::vector<Steps> connections_;
  Listener listener_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> connects_ = 0;
  std::atomic<int> pings_ = 0;
  std::atomic<int> played_ = 0;  // connections
  mutable std::mutex mutex_;
  std::list<Socket> sockets_;
  std::vector<HeardPublish> heard_;
  std::map<std::string, std::uint16_t> identifiers_;  // by payload
  WorkerThreads workers_;
  std::thread acceptor_;
};

// Steps. Packets are told in words: "CONNECT 5 clean", "CONNECT 3.1.1 kept", "PUBLISH topic=payload qos 1
// dup", "PUBREL payload", "DISCONNECT 130", "end" where the client has closed.

using Here = std::source_location;

BrokerStep expect(std::string words, Here at = Here::current());
/// Expects a CONNECT of either version and accepts it. The session is present unless the CONNECT asks for a
/// new one.
BrokerStep welcome(Here at = Here::current());
/// Like welcome(), but does what `at_5` says at a CONNECT of MQTT 5.
BrokerStep welcome_311(BrokerStep at_5, Here at = Here::current());
/// Expects a PUBLISH, for which `check` makes its own expectations.
BrokerStep expect_publish(std::function<void(const HeardPublish&)> check, Here at = Here::current());
BrokerStep reply(std::string bytes, Here at = Here::current());
/// Sends `bytes`, made with the Packet Identifier of the latest PUBLISH that had this payload.
BrokerStep reply_to(std::string payload, std::function<std::string(std::uint16_t identifier)> bytes,
                    Here at = Here::current());
BrokerStep puback(std::string payload, int code = 0, Here at = Here::current());
BrokerStep pubrec(std::string payload, int code = 0, Here at = Here::current());
BrokerStep pubcomp(std::string payload, int code = 0, Here at = Here::current());
/// Closes the connection in an orderly way (FIN).
BrokerStep cut(Here at = Here::current());
/// Reads on and says nothing, not even PINGRESP, until the client closes.
BrokerStep keep_silent(Here at = Here::current());
/// Reads nothing until the gate opens.
BrokerStep wait_for(std::shared_future<void> gate, Here at = Here::current());

/// A broker's answer to a PUBLISH: bytes, or none; empty: it closes the connection instead.
using PublishRule = std::function<std::optional<std::string>(const HeardPublish&)>;
/// Answers by this rule until the client closes or the rule does.
BrokerStep serve_by(PublishRule rule, Here at = Here::current());
/// Acknowledges everything, but closes at the Fixed Header of a packet of more than `bytes`, and reads none
/// of that packet.
BrokerStep close_at_larger_than(std::size_t bytes, Here at = Here::current());
/// The PUBACK or PUBREC for a PUBLISH.
std::string acknowledgement_of(const HeardPublish& publish, int code = 0);

// Packets for reply().

std::string connack(int code = 0, bool session_present = false, const std::string& properties = {});
std::string connack_311(int code = 0, bool session_present = false);
std::string acknowledgement_packet(PacketType type, std::uint16_t identifier, int code = 0);
std::string disconnect(int code, const std::string& reason_string = {});

}  // namespace bridge::test
