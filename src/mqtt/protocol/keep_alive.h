#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "bridge/core/clock.h"
#include "output_queue.h"
#include "ring.h"

namespace bridge::mqtt {

/// Sends PINGREQs (MQTT 5.0, 3.1.2.10, 3.12, 3.13): on request, and for Keep Alive when nothing was written
/// for three quarters of it.
class KeepAlive {
 public:
  /// Keeps a reference to `output`.
  explicit KeepAlive(OutputQueue& output) : output_(output) {}

  /// @param keep_alive 0: none
  void begin(std::chrono::seconds keep_alive, TimePoint now);
  /// The connection is gone: there is no deadline until begin().
  void end();
  void written(TimePoint now) { silent_since_ = now; }
  TimePoint deadline() const;
  /// Sends a PINGREQ if it is time. None is added to packets that wait for the socket: they serve Keep Alive
  /// as well.
  void on_time(TimePoint now);
  /// Sends a PINGREQ whose answer on_pong() will tell.
  void ping() { send(true); }

  struct Answered {
    std::uint64_t position = 0;  // of the PINGREQ's end: the broker has read all before it
    bool is_told = false;
  };
  bool has_unanswered() const { return !unanswered_.empty(); }
  /// A PINGRESP has come. @return empty if no written PINGREQ waits for it: a whim of the broker, and
  /// harmless.
  std::optional<Answered> pingresp();

 private:
  void send(bool is_told);

  OutputQueue& output_;
  Ring<Answered> unanswered_;
  std::chrono::seconds keep_alive_{};
  TimePoint silent_since_{};
};

}  // namespace bridge::mqtt
