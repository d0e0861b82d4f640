#pragma once

#include <chrono>
#include <cstdint>

#include "bridge/core/logger.h"
#include "bridge/metrics/counters.h"

namespace bridge {

/// Says how many stored messages have expired, at most once a minute: their callers were told 202, and nobody
/// else will tell them.
class ExpiryLog {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::minutes between_lines{1};

  ExpiryLog(const Counter& expired, Logger& logger)
      : expired_(expired), logger_(logger), told_(expired.value()) {}
  /// Logs the rest.
  ~ExpiryLog() { tell(); }
  ExpiryLog(const ExpiryLog&) = delete;
  ExpiryLog& operator=(const ExpiryLog&) = delete;

  void look(TimePoint now);

 private:
  bool tell();

  const Counter& expired_;
  Logger& logger_;
  std::uint64_t told_;
  TimePoint quiet_until_{};
};

}  // namespace bridge
