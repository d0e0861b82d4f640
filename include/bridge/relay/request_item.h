#pragma once

#include <cstddef>

#include "bridge/core/outbox.h"

namespace bridge {

/// One message of a request with an `Idempotency-Key`. A bulk request has many; each is a repeat, or not, on
/// its own.
struct RequestItem {
  IdempotencyToken request;
  std::size_t item = 0;   // its place in the request; the same in a repeat
  std::size_t items = 1;  // in the request
};

/// The token under which the outbox stores the response to the item.
IdempotencyToken token_of(const RequestItem& item);
/// The item that token_of() made `token` from. `items` is a lower bound: the token does not hold it.
RequestItem request_item_of(const IdempotencyToken& token);

}  // namespace bridge
