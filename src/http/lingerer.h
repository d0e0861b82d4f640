#pragma once

#include <cstddef>
#include <optional>

#include "bridge/core/clock.h"
#include "lingering.h"

namespace bridge {

/// Decides how long a connection is read on after its last response: closing with unread bytes would reset
/// it, and the client would not see why (RFC 9112, 9.6). A client could go on sending for ever, so the time
/// has an end, and ends early for a client that is too slow.
class Lingerer {
 public:
  static constexpr std::chrono::seconds timeout{2};  // without `least_bytes` more
  static constexpr std::chrono::seconds longest{30};
  static constexpr std::size_t least_bytes = 2048;  // in each timeout

  ~Lingerer() { leave(); }
  Lingerer() = default;
  Lingerer(const Lingerer&) = delete;
  Lingerer& operator=(const Lingerer&) = delete;

  /// @param all its place there ends with leave(), at the latest with it.
  /// @param at_most after so long it has an end, whatever comes.
  void begin(Lingering& all, Connection& connection, TimePoint now, std::chrono::seconds at_most);
  void discard(std::size_t bytes) { discarded_ += bytes; }
  /// To be called at each deadline, the first `timeout` after begin().
  /// @return the next; empty if it has lingered long enough.
  std::optional<TimePoint> next_deadline(TimePoint now);
  void leave();

 private:
  Lingering* all_ = nullptr;  // null: it does not linger
  Lingering::Place place_;
  TimePoint ends_;
  std::size_t discarded_ = 0;  // since the last deadline
};

}  // namespace bridge
