#pragma once

#include <utility>

#include "bridge/core/subscriber.h"
#include "bridge/relay/message_log.h"
#include "bridge/relay/subscriptions.h"

namespace bridge {

/// The use that the bridge makes of the connection that listens: it subscribes on connect and logs each
/// message.
class MessageReceiver : public SubscriberObserver {
 public:
  MessageReceiver(Subscriptions& subscriptions, MessageLog& log) : subscriptions_(subscriptions), log_(log) {}

  void on_connected(const BrokerLimits& limits) override { subscriptions_.on_connected(limits); }
  void on_disconnected() override { subscriptions_.on_disconnected(); }
  void on_message(Message message) override { log_.on_message(message); }
  void on_pause_ended() override { subscriptions_.on_pause_ended(); }

 private:
  Subscriptions& subscriptions_;
  MessageLog& log_;
};

}  // namespace bridge
