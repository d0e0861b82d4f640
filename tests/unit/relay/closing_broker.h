#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "publisher_with_outbox.h"

namespace bridge {

/// A broker that closes the connection at a message that it dislikes, and the session in front of it. The
/// session sends messages that were in flight at a loss again on the next connection, or tells that they were
/// interrupted, as the publisher wants it.
class ClosingBrokerTest : public PublisherWithOutboxTest {
 protected:
  static Message to(const std::string& topic, const std::string& payload, QoS qos = QoS::at_least_once) {
    Message made = message(payload, qos);
    made.topic_name = topic;
    return made;
  }

  /// Runs turns of the loop, each of `turn`, for that time.
  void run(std::chrono::milliseconds time) {
    for (const TimePoint end = clock.now() + time; clock.now() < end; clock.advance(turn)) {
      flush();
      pump();
      read_what_was_sent();
    }
    flush();
  }
  bool was_taken(const std::string& payload) const {
    return std::find(taken.begin(), taken.end(), payload) != taken.end();
  }
  std::size_t times_read(const std::string& payload) const {
    return static_cast<std::size_t>(std::count(read.begin(), read.end(), payload));
  }
  void lose(ConnectionLoss loss) {
    ++losses;
    to_read_.clear();
    unacknowledged_.clear();
    session.sent.clear();
    std::vector<std::function<void(bool)>> questions = std::exchange(session.confirmations, {});
    const Resumption resumption = publisher().on_disconnected(loss);
    for (const auto& done : questions) done(false);
    if (resumption == Resumption::start_anew) {
      std::vector<PublishEnd> ends;
      for (Outgoing* const outgoing : std::exchange(in_flight_, {}))
        ends.push_back({outgoing, {Kind::interrupted, 0}});
      session.unacknowledged = 0;
      publisher().on_published(ends);
    }
    pump();
    clock.advance(away);
    for (Outgoing* const outgoing : in_flight_) to_read_.push_back({outgoing, outgoing->message});
    connect(limits);
  }

  std::function<bool(const Message&)> dislikes = [](const Message& one) { return one.payload == "poison"; };
  ConnectionLoss word{ConnectionLoss::Kind::closed, 0, {}};
  BrokerLimits limits;
  std::chrono::milliseconds turn{10};
  std::chrono::milliseconds away{10};
  std::function<bool(const Message&)> ignores = [](const Message&) { return false; };
  int losses = 0;
  std::vector<std::string> read;   // payloads, also those at which it closes
  std::vector<std::string> taken;  // of those that it has acknowledged, and of QoS 0

 private:
  /// The broker reads in order; resent messages come first.
  void read_what_was_sent() {
    std::vector<PublishEnd> qos0;
    for (const ScriptedSession::Sent& one : std::exchange(session.sent, {})) {
      if (one.message.qos == QoS::at_most_once) qos0.push_back({one.outgoing, {Kind::accepted, 0}});
      to_read_.push_back({one.outgoing, one.message});
      if (one.message.qos != QoS::at_most_once) in_flight_.push_back(one.outgoing);
    }
    publisher().on_published(qos0);
    while (!to_read_.empty()) {
      const auto [outgoing, what] = to_read_.front();
      to_read_.erase(to_read_.begin());
      read.push_back(what.payload);
      if (dislikes(what)) return lose(word);
      unacknowledged_.emplace_back(outgoing, what);
    }
    for (const auto& [outgoing, what] : std::exchange(unacknowledged_, {})) {
      if (ignores(what)) {
        unacknowledged_.emplace_back(outgoing, what);
        continue;
      }
      taken.push_back(what.payload);
      if (what.qos == QoS::at_most_once) continue;
      std::erase(in_flight_, outgoing);
      --session.unacknowledged;
      const PublishEnd end{outgoing, {Kind::accepted, 0}};
      publisher().on_published({&end, 1});
    }
    for (const auto& done : std::exchange(session.confirmations, {})) done(true);
  }
  std::vector<Outgoing*> in_flight_;
  std::vector<std::pair<Outgoing*, Message>> to_read_;
  std::vector<std::pair<Outgoing*, Message>> unacknowledged_;
};

}  // namespace bridge
