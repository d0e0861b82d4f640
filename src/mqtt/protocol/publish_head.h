#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>

#include "../codec/encode.h"
#include "bridge/core/session.h"

namespace bridge::mqtt {

/// The head of a message that is sent now: its Message Expiry Interval is what is left of it (MQTT 5.0,
/// 3.3.2.3.3). Rounded up, and never 0: mosquitto and mochi take 0 for "never".
inline PublishHead publish_head(const Outgoing& outgoing, std::uint16_t identifier, TimePoint now) {
  PublishHead head{false, identifier, {}};
  if (!outgoing.expires_at || !outgoing.message.properties.message_expiry_interval) return head;
  using std::chrono::seconds;
  const seconds left = std::chrono::ceil<seconds>(*outgoing.expires_at - now);
  constexpr seconds longest{std::numeric_limits<std::uint32_t>::max()};
  head.message_expiry_interval = static_cast<std::uint32_t>(std::clamp(left, seconds(1), longest).count());
  return head;
}

}  // namespace bridge::mqtt
