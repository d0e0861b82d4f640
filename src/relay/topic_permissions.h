#pragma once

#include <chrono>
#include <string>

#include "bridge/core/clock.h"
#include "bridge/core/message.h"
#include "bridge/core/session.h"
#include "convicted_topics.h"
#include "refused_topics.h"
#include "suspect_topics.h"
#include "topic_guard.h"

namespace bridge {

/// The decision on a message that is to go to the broker.
struct Verdict {
  enum class Kind {
    send,
    send_as_probe,  // of QoS 0: with QoS 1, for once, so that the broker says what it thinks of the topic
    send_alone,     // the broker closed the connection at the last one on the topic: see Suspects
    wait,           // such topics are held back for some seconds
    beyond_limits,  // the CONNACK says that the broker does not take it; reason_code
    refused,        // the broker refused the topic a moment ago, or closed the connection at it; reason_code
  };
  Kind kind = Kind::send;
  int reason_code = 0;

  bool is_against() const {
    return kind == Kind::wait || kind == Kind::beyond_limits || kind == Kind::refused;
  }
};

/// The one place that decides what may go to the broker: by the limits of its CONNACK, and by what it
/// refused. A broker may close the connection that all callers share at a topic that it forbids (mosquitto
/// does, and others). Without this memory one caller in a loop would hold everybody in an endless reconnect.
class TopicPermissions {
 public:
  /// How long nothing is sent after a refusal: long enough to see whether the broker closes the connection
  /// for it, in which what is sent now would be lost.
  static constexpr std::chrono::milliseconds hold_after_refusal{30};

  /// A message that is about to be sent.
  struct Candidate {
    const Message& message;
    bool is_promised = false;  // it was answered 202: it is not held back for a new topic
    bool is_alone = false;     // it is sent alone: of its topic more is known afterwards
    bool may_probe = false;    // there is room for one of QoS 1
  };

  /// The verdict to expect for a message that goes to the disk first.
  Verdict forecast(const Message& message, TimePoint now) const;
  /// The verdict on a candidate; one that may be sent counts as sent from then on.
  Verdict judge(const Candidate& candidate, TimePoint now);

  void connected(const BrokerLimits& limits);
  /// The limits of the last CONNACK; they hold while the broker is away.
  const BrokerLimits& limits() const { return limits_; }
  /// The connection was lost, and the topic of any message of the last second may be to blame.
  void lost(LossNumber loss, TimePoint now);
  /// No topic was to blame for the loss: the broker is away.
  void pardon(LossNumber loss) { guard_.pardon(loss); }
  /// The broker took a message.
  void accepted(const Message& message, TimePoint now);
  /// The broker refused a message, whatever for.
  void refused(const Message& message, int reason_code, TimePoint now);
  /// The broker closes the connection at a message. @param losses those at which it was in flight.
  void convicted(const Message& message, int reason_code, const LossSet& losses, TimePoint now);
  /// When a message of the topic may be sent alone, for what the topic is known for.
  TimePoint earliest_alone(const std::string& topic_name, TimePoint now) const {
    return convicted_.earliest(topic_name, now);
  }
  /// Somebody thinks that the broker takes now what it refused.
  void forgive() {
    refused_ = {};
    convicted_ = {};
  }

  /// @return true after a refusal so fresh that the broker may be about to close the connection. A broker
  ///   that has once not done so is not waited for again.
  bool holds_all(TimePoint now);
  /// TimePoint::max() if nothing is held.
  TimePoint held_until() const { return hold_until_; }

 private:
  Verdict judge_qos0(const Message& message, bool is_new, bool may_probe, TimePoint now);
  Verdict by_refusals(const Message& message, TimePoint now) const;

  BrokerLimits limits_;
  RefusedTopics refused_;
  ConvictedTopics convicted_;
  SuspectTopics suspects_;
  TopicGuard guard_;
  TimePoint hold_until_ = TimePoint::max();
  bool closes_on_refusal_ = true;  // until it is seen that it does not
};

}  // namespace bridge
