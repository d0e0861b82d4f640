#include "ended_log.h"

#include <string>

namespace bridge {

void EndedLog::look(TimePoint now) {
  if (now >= quiet_until_ && tell()) quiet_until_ = now + between_lines;
}

bool EndedLog::tell() {
  const std::uint64_t count = ended_.value() - told_;
  if (count == 0) return false;
  told_ += count;
  logger_.warn(std::to_string(count) + " " + (count == 1 ? words_.one : words_.many));
  return true;
}

}  // namespace bridge
