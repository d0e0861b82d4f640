#pragma once

#include <cstddef>
#include <cstdint>

#include "ring.h"

namespace bridge::mqtt {

/// The Packet Identifiers of one client, 1 to 65,535: PUBLISH, SUBSCRIBE and UNSUBSCRIBE share them (MQTT
/// 5.0, 2.2.1). The one that has been free for longest is taken first, so that a late acknowledgement of one
/// message does not meet the next. Memory, here and in tables with a place for each identifier, grows with
/// the number in use.
class PacketIdentifiers {
 public:
  /// The number of freed identifiers from which on they are taken again; below it, one that was never used
  /// is taken.
  static constexpr std::size_t resting = 1024;

  std::size_t available() const { return rested_.size() + (65535U - highest_); }
  /// Takes one; only if there is one available. O(1).
  std::uint16_t take() {
    if (highest_ < 65535U && rested_.size() < resting) return static_cast<std::uint16_t>(++highest_);
    const std::uint16_t identifier = rested_.front();
    rested_.pop_front();
    return identifier;
  }
  /// Frees an identifier that is taken. O(1).
  void free(std::uint16_t identifier) { rested_.push_back(identifier); }

 private:
  Ring<std::uint16_t> rested_;
  unsigned highest_ = 0;  // ever taken
};

}  // namespace bridge::mqtt
