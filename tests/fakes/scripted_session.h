#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bridge/core/session.h"

namespace bridge {

/// A session in which the test is the broker: it sees what was handed over and decides what is said of it.
class ScriptedSession : public Session {
 public:
  struct Sent {
    PublishId id;
    Message message;
  };

  int publish(PublishId id, const Message& message) override {
    held_back = true;
    if (publish_code == 0) sent.push_back({id, message});
    return publish_code;
  }
  void send_published() override { held_back = false; }
  void subscribe(const Subscription& subscription, SubscribeDone done) override {
    held_back = true;
    subscribed.push_back(subscription);
    subscribe_done[subscription.topic_filter] = std::move(done);
  }
  void unsubscribe(const std::string& topic_filter, SubscribeDone done) override {
    held_back = true;
    unsubscribe_done[topic_filter] = std::move(done);
  }

  std::vector<std::string> sent_payloads() const {
    std::vector<std::string> payloads;
    for (const Sent& one : sent) payloads.push_back(one.message.payload);
    return payloads;
  }

  int publish_code = 0;    // what the next publish() returns
  bool held_back = false;  // something waits for send_published()
  std::vector<Sent> sent;
  std::vector<Subscription> subscribed;
  std::map<std::string, SubscribeDone> subscribe_done;
  std::map<std::string, SubscribeDone> unsubscribe_done;
};

}  // namespace bridge
