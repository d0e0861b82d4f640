#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bridge/core/session.h"

namespace bridge {

/// A session in which the test is the broker: it sees the messages that are handed over, and decides how
/// they end.
class ScriptedSession : public Session {
 public:
  struct Sent {
    Outgoing* outgoing;
    Message message;  // as it was handed over
    std::optional<TimePoint> expires_at;
    bool has_ended = false;
  };

  bool takes(QoS qos) const override {
    return room_at_all && (qos == QoS::at_most_once || unacknowledged < receive_maximum);
  }
  void publish(Outgoing& message) override {
    sent.push_back({&message, message.message, message.expires_at, false});
    if (message.message.qos != QoS::at_most_once) ++unacknowledged;
    if (one_at_a_time) room_at_all = false;
  }
  void abandon(Outgoing& message) override { abandoned.push_back(&message); }
  void confirm_written(std::function<void(bool arrived)> done) override {
    confirmations.push_back(std::move(done));
  }
  void ask_for_turn() override { ++turns_asked; }

  std::vector<std::string> sent_payloads() const {
    std::vector<std::string> payloads;
    for (const Sent& one : sent) payloads.push_back(one.message.payload);
    return payloads;
  }
  /// Accepts all messages in flight. @return their ends, which the test must tell.
  std::vector<PublishEnd> accept_all() {
    std::vector<PublishEnd> ends;
    for (const Sent& one : std::exchange(sent, {}))
      if (!one.has_ended) ends.push_back({one.outgoing, {PublishOutcome::Kind::accepted, 0}});
    unacknowledged = 0;
    return ends;
  }
  /// Answers the oldest confirm_written().
  void answer_confirmation(bool arrived = true) {
    const auto done = std::move(confirmations.at(0));
    confirmations.erase(confirmations.begin());
    done(arrived);
  }

  bool room_at_all = true;
  bool one_at_a_time = false;  // each message fills the socket
  std::size_t receive_maximum = 65535;
  std::size_t unacknowledged = 0;  // of QoS 1 and 2
  int turns_asked = 0;
  std::vector<Sent> sent;
  std::vector<Outgoing*> abandoned;
  std::vector<std::function<void(bool)>> confirmations;
};

}  // namespace bridge
