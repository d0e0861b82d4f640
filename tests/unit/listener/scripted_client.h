#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "client.h"

namespace bridge::listener {

/// A client of paho's in which the test is the broker: it sees the calls.
class ScriptedClient : public Client {
 public:
  struct Sent {
    std::uint64_t number;
    std::string topic_filter;
    bool subscribes;
  };

  int connect(std::uint64_t attempt, std::chrono::seconds wanted_keepalive) override {
    last_attempt = attempt;
    keepalive = wanted_keepalive;
    ++connects;
    return connect_code;
  }
  bool disconnect() override {
    ++disconnects;
    return true;
  }
  bool subscribe(std::uint64_t operation, const Subscription& subscription) override {
    sent.push_back({operation, subscription.topic_filter, true});
    return true;
  }
  bool unsubscribe(std::uint64_t operation, const std::string& topic_filter) override {
    sent.push_back({operation, topic_filter, false});
    return true;
  }

  std::vector<std::string> filters() const {
    std::vector<std::string> filters;
    for (const Sent& one : sent) filters.push_back(one.topic_filter);
    return filters;
  }

  int connect_code = 0;
  int connects = 0;
  int disconnects = 0;
  std::uint64_t last_attempt = 0;
  std::chrono::seconds keepalive{};
  std::vector<Sent> sent;
};

}  // namespace bridge::listener
