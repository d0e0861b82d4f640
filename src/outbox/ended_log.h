#pragma once

#include <chrono>
#include <cstdint>

#include "bridge/core/logger.h"
#include "bridge/metrics/counters.h"

namespace bridge {

/// Says how many stored messages have ended without reaching anybody, at most once a minute: their callers
/// were told 202, and nobody else will tell them.
class EndedLog {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::minutes between_lines{1};

  /// How they ended: behind "1", and behind a larger number.
  struct Words {
    const char* one;
    const char* many;
  };

  /// Keeps references. @param ended their number.
  EndedLog(const Counter& ended, Words words, Logger& logger)
      : ended_(ended), words_(words), logger_(logger), told_(ended.value()) {}
  /// Logs the rest.
  ~EndedLog() { tell(); }
  EndedLog(const EndedLog&) = delete;
  EndedLog& operator=(const EndedLog&) = delete;

  void look(TimePoint now);

 private:
  bool tell();

  const Counter& ended_;
  const Words words_;
  Logger& logger_;
  std::uint64_t told_;
  TimePoint quiet_until_{};
};

}  // namespace bridge
