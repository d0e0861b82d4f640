#include "expiry_log.h"

#include <string>

namespace bridge {

void ExpiryLog::look(TimePoint now) {
  if (now >= quiet_until_ && tell()) quiet_until_ = now + between_lines;
}

bool ExpiryLog::tell() {
  const std::uint64_t count = expired_.value() - told_;
  if (count == 0) return false;
  told_ += count;
  logger_.warn(count == 1 ? "1 stored message expired before it could be sent"
                          : std::to_string(count) + " stored messages expired before they could be sent");
  return true;
}

}  // namespace bridge
