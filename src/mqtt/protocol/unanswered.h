#pragma once

#include <chrono>
#include <cstdint>

#include "in_flight.h"

namespace bridge::mqtt {

/// Finds the messages that a broker passes over: no acknowledgement for a time, although it acknowledged
/// something that was sent later (mosca acknowledges no QoS 2, mochi nothing below $SYS). They give their
/// place in the Receive Maximum back, so that they do not stop all others in the end. Both queues of InFlight
/// are in the order of sending: only their fronts are looked at.
class Unanswered {
 public:
  /// Keeps a reference to `in_flight`.
  Unanswered(InFlight& in_flight, std::chrono::milliseconds after) : in_flight_(in_flight), after_(after) {}

  /// When next() has something, at the earliest. @param answered_order see PublishFlow
  TimePoint deadline(std::uint64_t answered_order) const;
  /// Takes the next one. @return its Packet Identifier, 0 if there is none.
  std::uint16_t next(std::uint64_t answered_order, TimePoint now);

 private:
  TimePoint deadline(InFlight::Place place, std::uint64_t answered_order) const;

  InFlight& in_flight_;
  std::chrono::milliseconds after_;
};

}  // namespace bridge::mqtt
