#pragma once

#include <chrono>
#include <cstdint>

#include "bridge/core/clock.h"
#include "bridge/core/logger.h"
#include "bridge/metrics/counters.h"

namespace bridge {

/// Logs how many stored messages have ended without reaching anybody, at most once a minute: their callers
/// were told 202, and only this line says more.
class EndedLog {
 public:
  static constexpr std::chrono::minutes between_lines{1};

  /// The words behind the number: behind 1, and behind a larger one.
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
