#include "retry_backoff.h"

#include <algorithm>

#include "bridge/core/reason_code.h"

namespace bridge {
namespace {

constexpr std::chrono::seconds first_pause{1};
constexpr std::chrono::seconds longest_pause{30};

std::chrono::seconds pause_after(int count) {
  return count > 5 ? longest_pause : std::min(longest_pause, first_pause * (1 << (count - 1)));
}

}  // namespace

bool is_transient(int code) {
  return code == reason_code::unspecified_error || code == reason_code::implementation_specific_error ||
         code == reason_code::packet_identifier_in_use || code == reason_code::packet_identifier_not_found ||
         code == reason_code::quota_exceeded;
}

void RetryBackoff::failed(int count, TimePoint now) {
  any_ = true;
  until_ = std::max(until_, now + pause_after(count));
}

void RetryBackoff::probe_sent(std::uint64_t sequence) {
  if (any_) probe_ = sequence;
}

bool RetryBackoff::probe_ended(std::uint64_t sequence, bool was_taken) {
  if (probe_ != sequence) return false;
  probe_.reset();
  if (was_taken) any_ = false;
  return true;
}

}  // namespace bridge
