#pragma once

#include <chrono>
#include <string>

#include "bridge/core/clock.h"
#include "bridge/core/message.h"
#include "bridge/core/session.h"
#include "convicted_topics.h"
#include "qos0_suspicions.h"
#include "refused_topics.h"
#include "topic_guard.h"

namespace bridge {

/// The decision on a message that is to go to the broker.
struct Verdict {
  enum class Kind {
    send,
    send_as_probe,  // QoS 0: send it with QoS 1 this time, so that the broker accepts or refuses the topic
    send_alone,     // the broker may close the connection at it: see Suspects
    wait,           // the topic is held back for some seconds
    beyond_limits,  // the CONNACK says that the broker does not take such a message; see reason_code
    refused,  // the broker refused the topic, or closed the connection at it, a moment ago; see reason_code
  };
  Kind kind = Kind::send;
  int reason_code = 0;

  bool is_against() const {
    return kind == Kind::wait || kind == Kind::beyond_limits || kind == Kind::refused;
  }
};

/// Decides which messages may go to the broker; no other class does. It knows the limits of the CONNACK and
/// the topics that the broker refused. Some brokers, such as mosquitto, close the connection that all
/// callers share when a topic is forbidden. Without this memory one caller in a loop would cost everybody
/// one reconnection after another.
class TopicPermissions {
 public:
  /// Nothing is sent for so long after a refusal. If the broker closes the connection for it, messages that
  /// were sent in this time would be lost.
  static constexpr std::chrono::milliseconds hold_after_refusal{30};

  /// A message that is about to be sent.
  struct Candidate {
    const Message& message;
    bool is_promised = false;  // it was answered 202, so it is not held back for a new topic
    bool was_sent = false;     // before: it is sent alone and not refused where new topics are held back
    bool is_alone = false;     // it is sent alone: a loss tells more about its topic than a question would
    bool may_probe = false;    // the session takes a message of QoS 1
  };

  /// @return the verdict to expect for a message that goes to the disk first.
  Verdict forecast(const Message& message, TimePoint now) const;
  /// @return the verdict on a candidate; one that may be sent counts as sent from then on.
  Verdict judge(const Candidate& candidate, TimePoint now);

  void connected(const BrokerLimits& limits);
  /// The limits of the last CONNACK; they hold while the broker is away.
  const BrokerLimits& limits() const { return limits_; }
  /// The connection was lost, and the topic of any message of the last second may be to blame.
  /// @param is_half a message that was in flight would cost two such losses.
  void lost(LossNumber loss, bool is_half, TimePoint now);
  /// No topic was to blame for the loss: the broker is away.
  void pardon(LossNumber loss) { guard_.pardon(loss); }
  /// The broker took a message.
  void accepted(const Message& message, TimePoint now);
  /// The broker refused a message, for any reason.
  void refused(const Message& message, int reason_code, TimePoint now);
  /// The broker closes the connection at a message. @param losses those at which it was in flight.
  void convicted(const Message& message, int reason_code, const LossSet& losses, TimePoint now);
  /// @return the time from which a message of the topic may be sent alone. It is past, unless the broker
  ///   closed the connection at the topic a moment ago.
  TimePoint earliest_alone(const std::string& topic_name, TimePoint now) const {
    return convicted_.earliest(topic_name, now);
  }
  /// An operator has put a dead letter back: the broker may take now the topics that it refused.
  void forgive() {
    refused_ = {};
    convicted_ = {};
  }

  /// @return true if a refusal is so fresh that the broker may be about to close the connection. Once it has
  ///   kept the connection after a refusal, nothing is held any more.
  bool holds_all(TimePoint now);
  /// @return the end of such a hold; TimePoint::max() if nothing is held.
  TimePoint held_until() const { return hold_until_; }

 private:
  Verdict judge_qos0(const Message& message, bool is_new, bool may_probe, TimePoint now);
  Verdict by_refusals(const Message& message, TimePoint now) const;

  BrokerLimits limits_;
  RefusedTopics refused_;
  ConvictedTopics convicted_;
  Qos0Suspicions qos0_suspicions_;
  TopicGuard guard_;
  TimePoint hold_until_ = TimePoint::max();
  bool closes_on_refusal_ = true;  // until the broker has kept the connection after a refusal
};

}  // namespace bridge
