#pragma once

#include <cstddef>
#include <cstdint>

#include "ring.h"

namespace bridge::mqtt {

/// The Packet Identifiers of one client, 1 to 65,535: PUBLISH, SUBSCRIBE and UNSUBSCRIBE share them
/// (MQTT 5.0, 2.2.1). The one that has been free for longest is taken first, so that a late acknowledgement
/// of one message does not meet the next. Memory, here and for whoever has a place for each of them, grows
/// with what is in use.
class PacketIdentifiers {
 public:
  /// Freed identifiers that rest before one of them is taken again; with fewer of them, unused ones are
  /// begun.
  static constexpr std::size_t resting = 1024;

  std::size_t available() const { return rested_.size() + (65535U - highest_); }
  /// Only if there is one available. O(1).
  std::uint16_t take() {
    if (highest_ < 65535U && rested_.size() < resting) return static_cast<std::uint16_t>(++highest_);
    const std::uint16_t identifier = rested_.front();
    rested_.pop_front();
    return identifier;
  }
  /// Only what was taken, and once. O(1).
  void free(std::uint16_t identifier) { rested_.push_back(identifier); }

 private:
  Ring<std::uint16_t> rested_;
  unsigned highest_ = 0;  // ever taken
};

}  // namespace bridge::mqtt
