#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "bridge/core/clock.h"

namespace bridge {

/// Finds out that a broker has fallen silent. It watches from when something is handed over until something
/// is heard. Without a clock, a network or a thread of its own; for one thread.
///
/// The limit is divided: within a quarter of it a look sees that something was handed over; after a quarter
/// in which nothing was heard it asks for a probe; after half of it in which nothing was heard since the
/// probe reached the broker's side it gives the connection up. Together less than the limit.
///
/// The half is measured anew when the delay is ours or the network's: a look that comes late (this process
/// was stopped, or starved), a probe that is not yet written although the socket would take it, or bytes
/// ahead of the probe that are still leaving.
class Liveness {
 public:
  /// Observations of a connection; the counts are since its beginning.
  struct Signs {
    bool handed_over = false;     // since the last look, or earlier and still unanswered
    std::uint64_t received = 0;   // bytes
    TimePoint received_at{};      // the last of them
    std::uint64_t tcp_acked = 0;  // bytes that the other side's system has acknowledged
    std::uint64_t queued = 0;     // bytes written that it has not acknowledged
    bool probe_written = false;
    bool probe_answered = false;
  };
  enum class Action { none, probe, give_up };

  /// @param limit 0: never anything to do.
  explicit Liveness(std::chrono::milliseconds limit) : limit_(limit) {}

  /// A connection has been made.
  void begin(TimePoint now);
  /// @return what to do now. To be called at next_look() at the latest.
  Action look(TimePoint now, const Signs& signs);
  /// The probe that look() asked for could not be sent: look() asks again.
  void probe_failed() { probing_ = false; }
  TimePoint next_look() const { return next_look_; }
  /// The time since which nothing has been heard, although something was handed over.
  TimePoint silent_since() const { return silent_since_; }

 private:
  void note(TimePoint now, const Signs& signs, bool heard);
  Action probe_if_due(TimePoint now);
  Action wait_for_answer(TimePoint now, const Signs& signs);
  bool probe_still_in_transit(const Signs& signs);

  std::chrono::milliseconds limit_;
  TimePoint next_look_ = TimePoint::max();
  TimePoint heard_at_{};
  TimePoint silent_since_{};
  std::uint64_t received_ = 0;
  std::uint64_t tcp_acked_ = 0;
  bool unproven_ = false;

  bool probing_ = false;
  TimePoint probed_at_{};  // or when the measuring was started anew
  bool probe_waited_ = false;
  std::optional<std::uint64_t> queued_before_probe_;  // bytes, with the probe; set once it is written
};

}  // namespace bridge
