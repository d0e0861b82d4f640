#pragma once

#include <chrono>
#include <optional>

#include "request_head.h"

namespace bridge {

/// `Prefer: wait=N` (RFC 7240, 4.3), in seconds, if the request has a valid one; a preference that is not
/// understood is passed over (RFC 7240, 2).
std::optional<std::chrono::seconds> preferred_wait(const RequestHead& head);

}  // namespace bridge
