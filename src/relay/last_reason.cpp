#include "last_reason.h"

#include "suspects.h"

namespace bridge {
namespace {

using Last = Delivery::Trouble::Last;

std::string with_code(std::string reason, int code) {
  return code == 0 ? reason : std::move(reason) + " (Reason Code " + std::to_string(code) + ")";
}

std::string of_losses(const Delivery& delivery) {
  std::string reason =
      with_code("the connection was lost while it was in flight", delivery.trouble.last_code);
  if (const int count = delivery.trouble.interruptions; count > 1)
    reason += ", " + std::to_string(count) + " times";
  if (Suspects::is_suspect(delivery))
    reason += "; the broker may close it at this message, which is sent alone";
  return reason;
}

}  // namespace

std::string last_reason_of(const Delivery& delivery) {
  switch (delivery.trouble.last) {
    case Last::nothing:
      return {};
    case Last::refused:
      return with_code("the broker refused it for now", delivery.trouble.last_code);
    case Last::lost:
      return of_losses(delivery);
    case Last::unanswered:
      return "the broker acknowledges others, and not this message";
  }
  return {};
}

}  // namespace bridge
