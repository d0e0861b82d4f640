#include "refusal_log.h"

#include <utility>

#include "bridge/core/escape.h"

namespace bridge {
namespace {

constexpr std::chrono::minutes between_lines{1};
constexpr std::size_t shown_bytes = 64;

}  // namespace

std::string in_quotes(std::string_view value) { return "'" + escape_line(value, shown_bytes) + "'"; }

void RefusalLog::refused_host(std::string_view host) {
  std::string line = "Refused a request for the Host " + in_quotes(host) + ", see http.allowed_hosts";
  {
    const MutexLock lock(mutex_);
    line = counted(hosts_, std::move(line));
  }
  if (!line.empty()) logger_.warn(line);
}

void RefusalLog::refused_origin(std::string_view origin) {
  std::string line = "Refused a page of the Origin " + in_quotes(origin) + ", see http.allowed_origins";
  {
    const MutexLock lock(mutex_);
    line = counted(origins_, std::move(line));
  }
  if (!line.empty()) logger_.warn(line);
}

std::string RefusalLog::counted(Kind& kind, std::string line) {
  const TimePoint now = clock_.now();
  if (now < kind.next_line) {
    ++kind.suppressed;
    return {};
  }
  kind.next_line = now + between_lines;
  const std::uint64_t suppressed = std::exchange(kind.suppressed, 0);
  if (suppressed > 0) line += " (and " + std::to_string(suppressed) + " more since the last such line)";
  return line;
}

}  // namespace bridge
