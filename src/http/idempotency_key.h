#pragma once

#include <optional>

#include "bridge/core/outbox.h"
#include "exchange.h"

namespace bridge {

/// What a repeat of this request would be known by: its `Idempotency-Key`, with or without quotes, and a
/// fingerprint of method, target, Content-Type and content. Nothing if it has no key.
/// @throws Error invalid_field for a key that is empty, longer than 255 bytes, or given twice.
std::optional<RequestMark> request_mark(const Exchange& exchange);

}  // namespace bridge
