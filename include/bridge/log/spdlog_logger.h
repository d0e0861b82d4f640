#pragma once

#include <memory>

#include "bridge/core/logger.h"
#include "bridge/core/settings.h"
#include "bridge/metrics/counters.h"

namespace bridge {

/// Writes to stdout from one thread of its own, each line flushed at once, so that a pipe or the journal
/// shows it now. Between callers and that thread stands a queue of `settings.queue` lines: if the reader of
/// stdout is too slow, the oldest lines are dropped, and a line tells how many.
class SpdlogLogger : public Logger {
 public:
  SpdlogLogger(const LogSettings& settings, Counters& counters);
  /// Writes the lines that are queued.
  ~SpdlogLogger() override;
  SpdlogLogger(const SpdlogLogger&) = delete;
  SpdlogLogger& operator=(const SpdlogLogger&) = delete;

  void log(LogLevel level, std::string_view line) noexcept override;
  bool enabled(LogLevel level) const noexcept override;

  /// Logs how many lines were dropped and not told of, if any, once there is room for that line. To be
  /// called about once a second.
  void tell_drops() noexcept;

 private:
  void tell_drops_now() noexcept;

  class Impl;
  std::unique_ptr<Impl> impl_;
  Counters& counters_;
};

}  // namespace bridge
