#pragma once

#include <cstddef>
#include <optional>

#include "bridge/core/clock.h"
#include "bridge/core/settings.h"

namespace bridge {

/// Decides how long a client may take for a body. A body may take longer than http.body_timeout as long as it
/// keeps http.min_body_rate on the average, and something comes in each such time: a client cannot send
/// quickly at the beginning and then hold its connection in silence.
class BodyRate {
 public:
  void begin(TimePoint now) {
    began_ = now;
    at_last_look_ = 0;
  }
  /// To be called at each deadline. @param arrived bytes of the body so far.
  /// @return the next deadline; empty if the client is too slow.
  std::optional<TimePoint> next_deadline(TimePoint now, std::size_t arrived, const HttpSettings& settings);

 private:
  TimePoint began_;
  std::size_t at_last_look_ = 0;  // bytes that had arrived
};

}  // namespace bridge
