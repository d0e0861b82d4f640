#pragma once

#include <cstddef>
#include <optional>

#include "bridge/core/outbox.h"
#include "exchange.h"

namespace bridge {

/// What a repeat of this request would be known by: its `Idempotency-Key`, with or without quotes, and a
/// fingerprint of method, target, Content-Type and content. Nothing if it has no key.
/// @throws Error invalid_field for a key that is empty, longer than 255 bytes, or given twice.
std::optional<RequestMark> request_mark(const Exchange& exchange);

/// A request may carry many messages; each is repeated, or not, by itself.
RequestMark mark_of_item(const RequestMark& request, std::size_t item);

}  // namespace bridge
