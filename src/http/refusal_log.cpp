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
  tell(hosts_, "Refused a request for the Host " + in_quotes(host) + ", see http.allowed_hosts");
}

void RefusalLog::refused_origin(std::string_view origin) {
  tell(origins_, "Refused a page of the Origin " + in_quotes(origin) + ", see http.allowed_origins");
}

void RefusalLog::tell(Kind& kind, const std::string& line) {
  const TimePoint now = clock_.now();
  std::uint64_t suppressed = 0;
  {
    const std::lock_guard lock(mutex_);
    if (now < kind.next_line) {
      ++kind.suppressed;
      return;
    }
    kind.next_line = now + between_lines;
    suppressed = std::exchange(kind.suppressed, 0);
  }
  logger_.warn(suppressed == 0
                   ? line
                   : line + " (and " + std::to_string(suppressed) + " more since the last such line)");
}

}  // namespace bridge
