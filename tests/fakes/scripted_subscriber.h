#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bridge/core/subscriber.h"

namespace bridge {

/// A subscriber in which the test is the broker: it sees the subscriptions that are asked for, and decides
/// how they end.
class ScriptedSubscriber : public Subscriber {
 public:
  void listen(bool is_wanted) override { wanted = is_wanted; }
  void subscribe(const Subscription& subscription, SubscribeDone done) override {
    subscribed.push_back(subscription);
    subscribe_done[subscription.topic_filter] = std::move(done);
  }
  void unsubscribe(const std::string& topic_filter, SubscribeDone done) override {
    unsubscribe_done[topic_filter] = std::move(done);
  }

  static SubscribeOutcome granted(int qos = 0) { return {SubscribeOutcome::Kind::granted, qos}; }
  static SubscribeOutcome refused(int code) { return {SubscribeOutcome::Kind::refused, code}; }
  static SubscribeOutcome left_out(int code) { return {SubscribeOutcome::Kind::left_out, code}; }
  static SubscribeOutcome lost() { return {SubscribeOutcome::Kind::lost, 0}; }
  static SubscribeOutcome not_connected() { return {SubscribeOutcome::Kind::not_connected, 0}; }

  std::optional<bool> wanted;
  std::vector<Subscription> subscribed;
  std::map<std::string, SubscribeDone> subscribe_done;
  std::map<std::string, SubscribeDone> unsubscribe_done;
};

}  // namespace bridge
