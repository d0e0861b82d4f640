#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "bridge/relay/publisher.h"
#include "fakes/manual_clock.h"
#include "fakes/memory_outbox.h"
#include "fakes/scripted_session.h"

namespace bridge {

using Payloads = std::vector<std::string>;
using Kind = PublishOutcome::Kind;

inline Message message(const std::string& payload, QoS qos = QoS::at_least_once) {
  return {.topic_name = "t", .payload = payload, .qos = qos, .retain = false, .properties = {}};
}

/// A publisher whose thread is the test: pump() is one round.
class PublisherTest : public testing::Test {
 protected:
  void connect(const BrokerLimits& limits = {}) { publisher().on_connected(limits); }

  Publisher& publisher() {
    if (!publisher_)
      publisher_ = std::make_unique<Publisher>(settings, session, clock, counters, outbox_in_use);
    return *publisher_;
  }

  /// The results are kept by payload.
  void submit(const Message& to_send, std::chrono::milliseconds wait = std::chrono::seconds(5),
              bool respond_async = false) {
    PublishOptions options(clock.now() + wait);
    options.respond_async = respond_async;
    publisher().submit(to_send, options, [this, payload = to_send.payload](PublishResult result) {
      EXPECT_FALSE(results.contains(payload)) << "told twice";
      results[payload] = result;
    });
  }

  std::optional<Errc> error_of(const std::string& payload) {
    if (!results.contains(payload)) {
      ADD_FAILURE() << payload << " has not ended";
      return std::nullopt;
    }
    const auto& error = results[payload].error;
    return error ? std::optional(error->errc()) : std::nullopt;
  }

  Errc refusal_of(const Message& to_send) { return error_at(to_send).errc(); }

  Error error_at(const Message& to_send) {
    try {
      submit(to_send);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "was taken";
    return {Errc::internal, ""};
  }

  void outcome(std::size_t sent, Kind kind, int reason_code = 0) {
    publisher().on_published(session.sent.at(sent).id, {kind, reason_code});
  }

  /// As in the daemon: the disk works on until all are told.
  void stop_with_outbox() {
    std::atomic<bool> stopped = false;
    std::thread disk([&] {
      while (!stopped) {
        outbox.flush();
        std::this_thread::yield();
      }
    });
    publisher().stop();
    stopped = true;
    disk.join();
  }
  void TearDown() override { stop_with_outbox(); }

  Settings settings;
  ScriptedSession session;
  ManualClock clock;
  Counters counters;
  MemoryOutbox outbox;
  Outbox* outbox_in_use = nullptr;  // or &outbox
  std::map<std::string, PublishResult> results;

 private:
  std::unique_ptr<Publisher> publisher_;
};

}  // namespace bridge
