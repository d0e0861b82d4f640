#pragma once

#include <chrono>
#include <optional>

#include "request_head.h"

namespace bridge {

/// The preferences of a request (RFC 7240). Unknown ones are ignored (2).
struct Preferences {
  std::optional<std::chrono::seconds> wait;  // `wait=N` (4.3), if it has a valid one
  bool respond_async = false;                // `respond-async` (4.1)
};

Preferences preferences_of(const RequestHead& head);

}  // namespace bridge
