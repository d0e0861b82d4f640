#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bridge/core/message.h"
#include "support/fault_proxy.h"

namespace bridge::test {

/// A fault of the network or of the broker, once some messages have been handed over.
struct PlannedFault {
  enum class Kind {
    cut,      // of the connection, in the middle of a packet or not
    restart,  // of the broker, which keeps its sessions and messages
    freeze,   // of the broker
  };
  std::size_t before = 0;  // the message that is handed over next
  Kind kind = Kind::cut;
  LinkFault link;                       // of a cut
  std::chrono::milliseconds frozen{0};  // of a freeze
};

/// The messages that two clients publish, and the faults that they meet: the same for both.
struct Plan {
  std::uint64_t seed = 0;
  int version = 5;  // or 3: MQTT 3.1.1
  std::vector<Message> messages;
  std::vector<PlannedFault> faults;  // in the order of `before`
};

/// Makes the plan of a seed. A payload of 8 bytes or more begins with the number of its message; a shorter
/// one stands alone on its topic. All messages on a topic with retained ones have the same QoS, so that the
/// last retained one is known.
Plan plan_of(std::uint64_t seed, std::size_t messages, int version);

}  // namespace bridge::test
