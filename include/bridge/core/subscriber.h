#pragma once

#include <functional>
#include <string>

#include "bridge/core/broker_limits.h"
#include "bridge/core/message.h"

namespace bridge {

/// The end of a SUBSCRIBE or UNSUBSCRIBE.
struct SubscribeOutcome {
  enum class Kind {
    granted,        // code: the QoS granted (UNSUBSCRIBE: 0)
    refused,        // code: the Reason Code of the SUBACK or UNSUBACK, 128 or above (MQTT 5.0, 3.9.3, 3.11.3)
    not_connected,  // nothing was sent
    lost,           // the connection ended before the answer: it may have taken effect
    left_out,       // nothing was sent: the broker has closed the connection at this filter; code: the Reason
                    // Code it gave for that, or 128
  };
  Kind kind = Kind::granted;
  int code = 0;
};

using SubscribeDone = std::function<void(SubscribeOutcome)>;

/// Told by a Subscriber, from threads of its own. None may throw. on_message() comes from paho's, with its
/// lock held: it must return at once and must not call the subscriber; the others may call it.
class SubscriberObserver {
 public:
  virtual ~SubscriberObserver() = default;
  /// After each CONNACK with success: nothing is subscribed yet.
  virtual void on_connected(const BrokerLimits& limits) = 0;
  /// The connection has ended. Subscribe and unsubscribe calls under way have been told as lost before.
  virtual void on_disconnected() = 0;
  virtual void on_message(Message message) = 0;
  /// A filter that was left out may be subscribed to again.
  virtual void on_pause_ended() = 0;
};

/// The connection that listens. Safe from any thread; no call waits for the network.
class Subscriber {
 public:
  virtual ~Subscriber() = default;
  /// @param wanted false: there is nothing to listen to, so no connection is kept until subscribe() makes
  ///   one.
  virtual void listen(bool wanted) = 0;
  /// `done` is called once, from the subscriber's own thread or from here, also when the connection is lost;
  /// not at all if the subscriber was stopped before.
  virtual void subscribe(const Subscription& subscription, SubscribeDone done) = 0;
  /// As subscribe().
  virtual void unsubscribe(const std::string& topic_filter, SubscribeDone done) = 0;
};

}  // namespace bridge
