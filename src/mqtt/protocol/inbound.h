#pragma once

#include <cstdint>
#include <vector>

#include "../codec/packet.h"
#include "output_queue.h"

namespace bridge::mqtt {

/// Acknowledges the broker's messages, and knows those of QoS 2 that it may repeat: the other part of the
/// Session State (MQTT 5.0, 4.1 and 4.3).
class Inbound {
 public:
  /// Keeps a reference to `output`.
  explicit Inbound(OutputQueue& output) : output_(output) {}

  /// @return true if it was taken before, and may only be acknowledged again (4.3.3).
  bool is_repeated(const Publish& publish) const;
  /// The message was taken: PUBACK or PUBREC.
  void acknowledge(const Publish& publish);
  void pubrel(std::uint16_t identifier);
  /// The session is gone.
  void forget() { received_.clear(); }

 private:
  OutputQueue& output_;
  std::vector<bool> received_;  // by Packet Identifier: QoS 2, and its PUBREL has not come
};

}  // namespace bridge::mqtt
