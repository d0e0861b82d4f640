#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <optional>

#include "../protocol/client_protocol.h"
#include "../transport/transport.h"
#include "bridge/core/clock.h"
#include "bridge/core/liveness.h"

namespace bridge::mqtt {

/// Asks a silent broker whether it is still there, by PINGREQ: any broker answers it, whatever the window
/// holds. And asks whether what was written has arrived, by the same means.
class BrokerProbe {
 public:
  /// @param dead_after how long the broker may be silent when it is to answer; 0: for the Keep Alive.
  explicit BrokerProbe(std::chrono::milliseconds dead_after) : dead_after_(dead_after) {}

  /// A connection was made.
  void begin(std::chrono::seconds keep_alive, TimePoint now);
  /// The connection is gone: who waits for an answer is told that none came.
  void end();

  /// Something was handed over that no answer will confirm.
  void handed_over() { handed_over_ = true; }
  void confirm_written(ClientProtocol& protocol, std::function<void(bool)> done);
  void pong();

  /// @return whether the broker is to be given up.
  bool look(ClientProtocol& protocol, const Transport& transport, std::uint64_t written, TimePoint now);
  TimePoint next_look() const { return liveness_.next_look(); }
  TimePoint silent_since() const { return liveness_.silent_since(); }

 private:
  using Done = std::function<void(bool)>;

  const std::chrono::milliseconds dead_after_;
  Liveness liveness_{std::chrono::milliseconds(0)};
  std::deque<Done> questions_;  // by the PINGREQs under way, in order; without a function: a probe
  bool handed_over_ = false;
  bool probe_answered_ = false;
  std::optional<std::uint64_t> probe_ends_at_;  // how much is written when the probe is
};

}  // namespace bridge::mqtt
