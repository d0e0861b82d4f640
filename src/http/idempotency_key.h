#pragma once

#include <optional>

#include "bridge/core/outbox.h"
#include "request_context.h"

namespace bridge {

/// What a repeat of this request would be known by: its `Idempotency-Key`, with or without quotes, and a
/// fingerprint of method, target, Content-Type and content. Nothing if it has no key.
/// @throws Error invalid_field for a key that is empty, longer than 255 bytes, or given twice.
/// @param property_fields http.user_property_fields, where such fields are part of the message. But for
///   those of Trace Context: a repeat is a span of its own.
std::optional<IdempotencyToken> idempotency_token_of(const RequestContext& context,
                                                     const std::vector<std::string>& property_fields = {});

}  // namespace bridge
