#pragma once

#include "relay_state.h"
#include "storing_rules.h"
#include "suspects.h"

namespace bridge {

/// Acts on the ends that the session tells of messages it was handed.
class Outcomes {
 public:
  /// Keeps references.
  Outcomes(RelayState& state, Suspects& suspects, StoredMessages& stored, StoringRules& rules)
      : state_(state), suspects_(suspects), stored_(stored), rules_(rules) {}

  void on_published(const PublishEnd& end);
  /// Ends the wait of stored messages of QoS 0, which the session does not know any more: the connection was
  /// lost before it was known that they have arrived.
  void interrupt_written();
  /// The broker does not acknowledge it, while it acknowledges others. It is given up after some connections,
  /// or when there are too many such, by the next give_up_hopeless().
  void unanswered(Delivery& delivery);
  void give_up_hopeless();

 private:
  void accepted(Delivery& delivery, int code);
  void refused(Delivery& delivery, int code, bool was_probe);
  void interrupted(Delivery& delivery);
  void unsent(Delivery& delivery);
  void expired(Delivery& delivery);
  bool try_later(Delivery& delivery, int code, bool was_probe);
  void convict(Delivery& delivery);

  RelayState& state_;
  Suspects& suspects_;
  StoredMessages& stored_;
  StoringRules& rules_;
};

}  // namespace bridge
