#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "bridge/listener/listener.h"
#include "support/timing.h"

namespace bridge::test {

/// Keeps the lines, for all threads.
class SharedLogger : public Logger {
 public:
  void log(LogLevel, std::string_view line) noexcept override {
    const std::lock_guard lock(mutex_);
    text_.append(line).append("\n");
  }
  bool enabled(LogLevel) const noexcept override { return true; }

  std::string text() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }
  bool says(const std::string& part) const { return text().find(part) != std::string::npos; }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

/// Subscribes to its filters on connect, and keeps all that the listener tells.
class RecordingAudience : public SubscriberObserver {
 public:
  struct Told {
    std::vector<std::string> messages;  // topic and payload
    std::vector<std::pair<std::string, SubscribeOutcome>> outcomes;
    BrokerLimits limits;
    int connects = 0;
    int disconnects = 0;
  };

  void on_connected(const BrokerLimits& limits) override {
    {
      const std::lock_guard lock(mutex_);
      ++told_.connects;
      told_.limits = limits;
    }
    subscribe_all();
  }
  void on_disconnected() override {
    const std::lock_guard lock(mutex_);
    ++told_.disconnects;
  }
  void on_message(Message message) override {
    const std::lock_guard lock(mutex_);
    told_.messages.push_back(message.topic_name + " " + message.payload);
  }
  void on_pause_ended() override { subscribe_all(); }

  void subscribe_all() {
    for (const std::string& filter : filters)
      subscriber->subscribe({filter, QoS::at_least_once}, keep(filter));
  }
  SubscribeDone keep(const std::string& filter) {
    return [this, filter](SubscribeOutcome outcome) {
      const std::lock_guard lock(mutex_);
      told_.outcomes.emplace_back(filter, outcome);
    };
  }
  Told told() const {
    const std::lock_guard lock(mutex_);
    return told_;
  }

  std::vector<std::string> filters;
  Subscriber* subscriber = nullptr;

 private:
  mutable std::mutex mutex_;
  Told told_;
};

class ListenerTest : public testing::Test {
 protected:
  /// Listens to these filters of the broker on `port`, or to nothing.
  void listen(std::uint16_t port, const std::vector<std::string>& filters) {
    settings.server = "127.0.0.1";
    settings.port = port;
    start(filters);
  }
  void start(const std::vector<std::string>& filters) {
    listener = std::make_unique<PahoListener>(settings, "me-listener", logger, counters);
    audience.subscriber = listener.get();
    audience.filters = filters;
    listener->start(audience);
    if (!filters.empty()) listener->listen(true);
  }
  bool wait_for_connects(int count) {
    return eventually(within(patience), [&] { return audience.told().connects >= count; });
  }
  /// Waits until the listener has told that outcome of a filter `count` times.
  bool wait_for(const std::string& filter, SubscribeOutcome::Kind kind, long count = 1) {
    return eventually(within(patience), [&] {
      const auto outcomes = audience.told().outcomes;
      return count <= std::count_if(outcomes.begin(), outcomes.end(), [&](const auto& told) {
               return told.first == filter && told.second.kind == kind;
             });
    });
  }

  MqttSettings settings;
  SharedLogger logger;
  Counters counters;
  RecordingAudience audience;
  std::unique_ptr<PahoListener> listener;
};

}  // namespace bridge::test
