#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "bridge/core/message.h"
#include "bridge/core/reconnect_policy.h"
#include "bridge/core/session.h"
#include "bridge/core/subscriber.h"

namespace bridge::listener {

/// The reason why there was no CONNACK with success.
struct ConnectFailure {
  int code = 0;  // the broker's Reason Code or return code; negative: paho's, the broker sent none
  ReconnectPolicy::Failure kind = ReconnectPolicy::Failure::unreachable;
};

// Events: the results of a client's calls, by the number given to connect() or to the operation.
struct Connected {
  std::uint64_t attempt;
  BrokerLimits limits;
  std::optional<std::chrono::seconds> server_keep_alive;  // MQTT 5.0, 3.2.2.3.14
};
struct Failed {
  std::uint64_t attempt;
  ConnectFailure failure;
};
struct Lost {
  std::uint64_t attempt;
  int reason_code;  // of the broker's DISCONNECT; -1: none came
};
/// After disconnect().
struct Left {
  std::uint64_t attempt;
};
struct Answered {
  std::uint64_t operation;
  SubscribeOutcome outcome;
};
using Event = std::variant<Connected, Failed, Lost, Left, Answered>;

/// The part of paho's client that the listener uses, as an interface: for one server and one version of
/// MQTT. Its calls return at once, and are for one thread.
class Client {
 public:
  virtual ~Client() = default;
  /// @param attempt names the connection in the events.
  /// @return 0, or paho's code: then no event follows.
  virtual int connect(std::uint64_t attempt, std::chrono::seconds keepalive) = 0;
  /// Sends DISCONNECT. @return true if Left follows.
  virtual bool disconnect() = 0;
  /// @return true if Answered follows, if the connection lasts.
  virtual bool subscribe(std::uint64_t operation, const Subscription& subscription) = 0;
  virtual bool unsubscribe(std::uint64_t operation, const std::string& topic_filter) = 0;
};

/// The receivers of a client's events and messages, called on paho's threads with paho's lock held.
struct ClientEvents {
  std::function<void(const Event&)> on_event;
  std::function<void(Message)> on_message;
};

/// Makes the client for `uri` and `version` (5, or 4 for MQTT 3.1.1). It lives as long as the process.
/// @throws Error internal if paho refuses.
using MakeClient = std::function<Client&(const std::string& uri, int version)>;

}  // namespace bridge::listener
