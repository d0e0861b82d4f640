#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "bridge/core/session.h"
#include "in_flight.h"
#include "output_queue.h"
#include "packet_identifiers.h"
#include "publish_ends.h"

namespace bridge::mqtt {

/// Sends again what is in flight when the broker still has the session (MQTT 5.0, 4.4): a PUBREL for what is
/// released, all else with DUP, in the order of the first sending. No more is encoded than the socket will
/// take soon, and the broker's Receive Maximum holds.
class Redelivery {
 public:
  /// Keeps references to all of them.
  Redelivery(PacketIdentifiers& identifiers, InFlight& in_flight, OutputQueue& output, PublishEnds& ends)
      : identifiers_(identifiers), in_flight_(in_flight), output_(output), ends_(ends) {}

  void begin(const BrokerLimits& limits);
  /// @return true while something is still to be sent again; new messages wait for it.
  bool is_under_way() const { return in_flight_.size(InFlight::Place::again) > 0; }
  /// Sends as much as there is room for.
  /// @param most_waiting bytes in the output at which no more is added
  void go_on(TimePoint now, std::size_t most_waiting);

 private:
  enum class Step { done, no_room };

  Step send_next(std::uint16_t identifier, TimePoint now);
  std::optional<PublishOutcome> hindrance(const Outgoing& outgoing, TimePoint now) const;
  void withdraw(std::uint16_t identifier, TimePoint now);
  void send_pubrel(std::uint16_t identifier, TimePoint now);

  PacketIdentifiers& identifiers_;
  InFlight& in_flight_;
  OutputQueue& output_;
  PublishEnds& ends_;
  BrokerLimits limits_;
};

}  // namespace bridge::mqtt
