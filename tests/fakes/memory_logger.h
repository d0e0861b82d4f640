#pragma once

#include <string>
#include <vector>

#include "bridge/core/logger.h"

namespace bridge {

/// Keeps the lines; for one thread.
class MemoryLogger : public Logger {
 public:
  void log(LogLevel, std::string_view line) noexcept override { lines.emplace_back(line); }
  bool enabled(LogLevel) const noexcept override { return true; }

  std::vector<std::string> lines;
};

}  // namespace bridge
