#include "bridge/relay/setbacks.h"

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

void Setbacks::happened(int count, TimePoint now) {
  any_ = true;
  until_ = std::max(until_, now + pause_after(count));
}

void Setbacks::sent(PublishId id) {
  if (any_) trial_ = id;
}

bool Setbacks::ended(PublishId id, bool was_taken) {
  if (trial_ != id) return false;
  trial_.reset();
  if (was_taken) any_ = false;
  return true;
}

}  // namespace bridge
