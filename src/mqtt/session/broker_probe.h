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

/// Finds out by PINGREQ that a silent broker is gone, and that written bytes have arrived: any broker
/// answers a PINGREQ, however many messages are in flight.
class BrokerProbe {
 public:
  /// @param dead_after how long the broker may be silent while an answer is due; 0: as long as the Keep
  ///   Alive.
  explicit BrokerProbe(std::chrono::milliseconds dead_after) : dead_after_(dead_after) {}

  /// A connection was made.
  void begin(std::chrono::seconds keep_alive, TimePoint now);
  /// The connection is gone: tells those who wait for an answer that none came.
  void end();

  /// Something was handed over that no answer will confirm.
  void handed_over() { handed_over_ = true; }
  /// See Session::confirm_written().
  void confirm_written(ClientProtocol& protocol, std::function<void(bool)> done);
  void pong();

  /// Sends a probe if one is due.
  /// @param written bytes that the transport has taken of this connection.
  /// @return true if the broker is to be given up.
  bool look(ClientProtocol& protocol, const Transport& transport, std::uint64_t written, TimePoint now);
  TimePoint next_look() const { return liveness_.next_look(); }
  TimePoint silent_since() const { return liveness_.silent_since(); }

 private:
  using Done = std::function<void(bool)>;

  const std::chrono::milliseconds dead_after_;
  Liveness liveness_{std::chrono::milliseconds(0)};
  std::deque<Done> questions_;  // one for each PINGREQ under way, in order; empty: a probe's
  bool handed_over_ = false;
  bool probe_answered_ = false;
  std::optional<std::uint64_t> probe_ends_at_;  // bytes written once the probe is
};

}  // namespace bridge::mqtt
