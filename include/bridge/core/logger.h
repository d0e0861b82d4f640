#pragma once

#include <cstdint>
#include <string_view>

namespace bridge {

enum class LogLevel { trace, debug, info, warn, error };

/// The log. Never blocks and never throws: when its queue is full a line is dropped and counted. Safe from
/// any thread. A line is one line: callers escape control characters (core/escape.h) where text comes from
/// outside.
class Logger {
 public:
  virtual ~Logger() = default;
  virtual void log(LogLevel level, std::string_view line) noexcept = 0;
  virtual bool enabled(LogLevel level) const noexcept = 0;

  void debug(std::string_view line) noexcept { log(LogLevel::debug, line); }
  void info(std::string_view line) noexcept { log(LogLevel::info, line); }
  void warn(std::string_view line) noexcept { log(LogLevel::warn, line); }
  void error(std::string_view line) noexcept { log(LogLevel::error, line); }
};

}  // namespace bridge
