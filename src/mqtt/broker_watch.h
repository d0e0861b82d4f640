#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "bridge/core/liveness.h"
#include "broker_socket.h"
#include "paho_client.h"

namespace bridge::mqtt {

/// Finds out that a broker has fallen silent, long before the keep alive time does. The question is an
/// UNSUBSCRIBE of a Topic Filter that nobody has subscribed to: every broker answers it, it needs no
/// permission, and nobody else sees it. Used by the session's thread, but for note_handed_over().
class BrokerWatch {
 public:
  using TimePoint = Liveness::TimePoint;

  /// @param limit 0: never finds anything.
  explicit BrokerWatch(std::chrono::milliseconds limit) : liveness_(limit) {}

  /// Something was written that nobody answers: QoS 0.
  void note_handed_over() { handed_over_.store(true, std::memory_order_relaxed); }
  /// A connection has been made.
  void begin(TimePoint now);
  TimePoint next_look() const { return liveness_.next_look(); }
  /// @return whether to give up the connection of `client`.
  bool look(PahoClient& client, TimePoint now);
  /// Says that we are there. What is answered is of no interest.
  static void ping(PahoClient& client);
  TimePoint silent_since() const { return liveness_.silent_since(); }

 private:
  Liveness::Signs signs(const PahoClient& client, const BrokerSocket::Traffic& traffic);
  void probe(PahoClient& client);

  Liveness liveness_;
  std::atomic<bool> handed_over_ = false;
  std::atomic<bool> answered_ = false;
  std::uint64_t unsubscribes_before_ = 0;
};

}  // namespace bridge::mqtt
