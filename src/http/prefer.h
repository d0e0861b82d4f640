#pragma once

#include <chrono>
#include <optional>

#include "request_head.h"

namespace bridge {

/// What the request prefers (RFC 7240); what is not understood is passed over (2).
struct Preferences {
  std::optional<std::chrono::seconds> wait;  // `wait=N` (4.3), if it has a valid one
  bool respond_async = false;                // `respond-async` (4.1)
};

Preferences preferences_of(const RequestHead& head);

}  // namespace bridge
