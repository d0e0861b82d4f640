#pragma once

#include <optional>

#include "bridge/core/outbox.h"
#include "request_context.h"

namespace bridge {

/// The request's `Idempotency-Key`, with or without quotes, and a fingerprint of its method, target,
/// Content-Type and content. Empty if it has no key.
/// @throws Error invalid_field for a key that is empty, longer than 255 bytes, or given twice.
/// @param property_fields http.user_property_fields: fields that are part of the message, and so of the
///   fingerprint. Those of Trace Context are not: a repeat is a span of its own.
std::optional<IdempotencyToken> idempotency_token_of(const RequestContext& context,
                                                     const std::vector<std::string>& property_fields = {});

}  // namespace bridge
