#pragma once

#include <cstdint>

#include "relay_state.h"
#include "storing_rules.h"
#include "suspects.h"

namespace bridge {

/// Hands messages to the session, as far as it takes them and the window has room.
class Sender {
 public:
  /// Keeps references.
  Sender(RelayState& state, Suspects& suspects, StoredMessages& stored, StoringRules& rules)
      : state_(state), suspects_(suspects), stored_(stored), rules_(rules) {}

  void hand_over();
  /// The time at which a message may be sent that may not be sent now; TimePoint::max() if none waits for a
  /// time.
  TimePoint next_look();

 private:
  void send_suspect();
  Delivery* next_in_order();
  bool send_if_permitted(Delivery& delivery, bool is_alone);
  bool has_expired(const Delivery& delivery);
  void refuse(Delivery& delivery, const Verdict& verdict);
  void add_id(Delivery& delivery) const;
  void send(Delivery& delivery);
  void count_sequence(const Delivery& given);

  RelayState& state_;
  Suspects& suspects_;
  StoredMessages& stored_;
  StoringRules& rules_;
  std::uint64_t next_sequence_ = 1;
};

}  // namespace bridge
