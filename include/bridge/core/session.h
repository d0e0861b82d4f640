#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "bridge/core/broker_limits.h"
#include "bridge/core/message.h"

namespace bridge {

/// Names one message between its publish() and its on_published(); never reused in a process.
using PublishId = std::uint64_t;

/// How the sending of one message ended.
struct PublishOutcome {
  enum class Kind {
    accepted,     // QoS 0: written to the connection. QoS 1, 2: acknowledged, Reason Code below 128
    refused,      // acknowledged with a Reason Code of 128 or above: the broker did not take it
    interrupted,  // the session that carried it has ended; whether the broker has it is unknown
  };
  Kind kind = Kind::accepted;
  int reason_code = 0;  // MQTT 5.0, 2.4; always 0 with MQTT 3.1.1
};

/// A message whose sending has ended.
struct PublishEnd {
  PublishId id = 0;
  PublishOutcome outcome;
};

/// Told by a Session. on_published() and on_message() come from threads of the client library that hold its
/// lock: they must return at once and must not call the session. on_connected() and on_disconnected() come
/// from the session's own thread, which holds nothing: they may call it. None may throw.
class SessionListener {
 public:
  virtual ~SessionListener() = default;
  /// After each CONNACK with success. All outcomes of messages that were lost with an earlier session
  /// have been told before.
  virtual void on_connected(const BrokerLimits& limits) = 0;
  virtual void on_disconnected() = 0;
  /// Exactly once for each publish() that returned 0, but for those not ended at stop().
  virtual void on_published(PublishId id, PublishOutcome outcome) = 0;
  /// The same for several that ended together, in the order in which they did.
  virtual void on_published_together(std::span<const PublishEnd> ends) {
    for (const PublishEnd& end : ends) on_published(end.id, end.outcome);
  }
  /// An incoming PUBLISH. Before it returns, whatever must survive has been kept.
  virtual void on_message(Message message) = 0;
};

/// How a SUBSCRIBE or UNSUBSCRIBE ended: the Reason Code of the SUBACK or UNSUBACK (MQTT 5.0, 3.9.3,
/// 3.11.3; 0, 1, 2 = granted QoS), or a client_code: not_connected (nothing was sent), or connection_lost
/// before the answer (it may have taken effect).
using SubscribeDone = std::function<void(int code)>;

/// One connection to a broker that keeps itself up: connects, reconnects, backs off. Safe from any
/// thread; no call waits for the network.
class Session {
 public:
  virtual ~Session() = default;
  /// Hands a message to the connection. @return 0, or a negative code of the client library: then the
  /// message was not sent and will not be (-3: not connected).
  virtual int publish(PublishId id, const Message& message) = 0;
  /// Has what this thread handed over since its last call sent, subscribe() and unsubscribe() included. Until
  /// then it may be held back, for up to a second, by a thread that publishes: what is handed over together
  /// costs less.
  virtual void send_published() {}
  /// `done` is called once, under the rules of on_published(), also when the connection is lost meanwhile.
  virtual void subscribe(const Subscription& subscription, SubscribeDone done) = 0;
  virtual void unsubscribe(const std::string& topic_filter, SubscribeDone done) = 0;
};

}  // namespace bridge
