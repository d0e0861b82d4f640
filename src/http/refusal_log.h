#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bridge/core/clock.h"
#include "bridge/core/logger.h"
#include "bridge/core/thread_annotations.h"

namespace bridge {

/// Logs the Hosts and Origins that OriginRules refuses: one line a minute of each kind, which also says how
/// many it stands for. A page or a scanner could fill the log otherwise. Any thread.
class RefusalLog {
 public:
  RefusalLog(Logger& logger, const Clock& clock) : logger_(logger), clock_(clock) {}

  void refused_host(std::string_view host);
  void refused_origin(std::string_view origin);

 private:
  struct Kind {
    TimePoint next_line{};         // before this, refusals are only counted
    std::uint64_t suppressed = 0;  // since the last line
  };
  /// @return the line as it is to be logged; empty if this refusal is only counted.
  std::string counted(Kind& kind, std::string line) REQUIRES(mutex_);

  Logger& logger_;
  const Clock& clock_;
  Mutex mutex_;  // not held while the logger is called
  Kind hosts_ GUARDED_BY(mutex_);
  Kind origins_ GUARDED_BY(mutex_);
};

/// A value of the request as it may stand in a detail or a line of the log: escaped, and not long.
std::string in_quotes(std::string_view value);

}  // namespace bridge
