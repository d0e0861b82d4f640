#pragma once

#include <span>

#include "bridge/core/session.h"
#include "bridge/relay/message_log.h"
#include "bridge/relay/publisher.h"
#include "bridge/relay/subscriptions.h"

namespace bridge {

/// Passes on what the session tells to whom it concerns.
class SessionEvents : public SessionListener {
 public:
  SessionEvents(Publisher& publisher, Subscriptions& subscriptions, MessageLog& log)
      : publisher_(publisher), subscriptions_(subscriptions), log_(log) {}

  void on_connected(const BrokerLimits& limits) override {
    subscriptions_.on_connected(limits);
    publisher_.on_connected(limits);
  }
  void on_disconnected() override {
    publisher_.on_disconnected();
    subscriptions_.on_disconnected();
  }
  void on_published(PublishId id, PublishOutcome outcome) override { publisher_.on_published(id, outcome); }
  void on_published_together(std::span<const PublishEnd> ends) override {
    publisher_.on_published_together(ends);
  }
  void on_message(Message message) override { log_.on_message(message); }

 private:
  Publisher& publisher_;
  Subscriptions& subscriptions_;
  MessageLog& log_;
};

}  // namespace bridge
