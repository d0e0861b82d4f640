#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bridge/relay/publisher.h"
#include "fakes/manual_clock.h"
#include "fakes/manual_executor.h"
#include "fakes/memory_outbox.h"
#include "fakes/scripted_session.h"

namespace bridge {

using Payloads = std::vector<std::string>;
using Kind = PublishOutcome::Kind;

inline Message message(const std::string& payload, QoS qos = QoS::at_least_once) {
  return {.topic_name = "t", .payload = payload, .qos = qos, .retain = false, .properties = {}};
}

/// A publisher whose loop is the test: pump() is one turn of it.
class PublisherTest : public testing::Test {
 protected:
  void connect(const BrokerLimits& limits = {}) { publisher().on_connected(limits); }
  Resumption disconnect(ConnectionLoss::Kind kind = ConnectionLoss::Kind::broken, int reason_code = 0) {
    return publisher().on_disconnected({kind, reason_code, {}});
  }

  Publisher& publisher() {
    if (!publisher_)
      publisher_ = std::make_unique<Publisher>(settings, session, loop, clock, counters, outbox_in_use);
    return *publisher_;
  }

  TimePoint pump() {
    loop.run();
    const TimePoint next = publisher().on_turn(clock.now());
    EXPECT_GT(next, clock.now()) << "the loop would never sleep";
    return next;
  }
  /// Has the disk do all that it was asked to, and tells the loop.
  void flush() {
    do outbox.flush();
    while (loop.run() > 0);
  }

  /// Submits a message; its result will be in `results`, under its payload.
  void submit(const Message& to_send, std::chrono::milliseconds wait = std::chrono::seconds(5),
              bool respond_async = false) {
    PublishOptions options{wait};
    options.respond_async = respond_async;
    publisher().submit(to_send, options, keep(to_send.payload));
  }
  PublishDone keep(const std::string& name) {
    return [this, name](PublishResult result) {
      EXPECT_FALSE(results.contains(name)) << "told twice";
      results[name] = std::move(result);
    };
  }

  std::optional<Errc> error_of(const std::string& payload) {
    if (!results.contains(payload)) {
      ADD_FAILURE() << payload << " has not ended";
      return std::nullopt;
    }
    const auto& error = results[payload].error;
    return error ? std::optional(error->errc()) : std::nullopt;
  }

  /// @return the error of a message that is refused at once, though it is a good one.
  Errc refusal_of(const Message& to_send) {
    submit(to_send);
    if (!results.contains(to_send.payload)) {
      ADD_FAILURE() << "was taken";
      return Errc::internal;
    }
    const Errc errc = error_of(to_send.payload).value_or(Errc::internal);
    results.erase(to_send.payload);
    return errc;
  }

  /// @return the error that submit() throws: the message is a bad one.
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
    ScriptedSession::Sent& ended = session.sent.at(sent);
    EXPECT_FALSE(std::exchange(ended.has_ended, true))
        << "the test ends " << ended.message.payload << " twice";
    if (ended.message.qos != QoS::at_most_once) --session.unacknowledged;
    const PublishEnd end{ended.outgoing, {kind, reason_code}};
    publisher().on_published({&end, 1});
  }

  /// Stops the publisher in the steps that the daemon takes.
  void stop() {
    publisher().begin_stop();
    flush();
    EXPECT_TRUE(publisher().is_stopped());
    publisher().end();
  }
  void TearDown() override {
    stop();
    publisher_.reset();
  }

  Settings settings;
  ScriptedSession session;
  ManualExecutor loop;
  ManualClock clock;
  Counters counters;
  MemoryOutbox outbox;
  Outbox* outbox_in_use = nullptr;  // or &outbox
  std::map<std::string, PublishResult> results;

 private:
  std::unique_ptr<Publisher> publisher_;
};

}  // namespace bridge
