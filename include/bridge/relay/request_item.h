#pragma once

#include <cstddef>

#include "bridge/core/outbox.h"

namespace bridge {

/// A message of a request with an `Idempotency-Key`, which may carry many; each is repeated, or not, by
/// itself.
struct RequestItem {
  RequestMark request;
  std::size_t item = 0;   // its place in the request, which a repeat finds again
  std::size_t items = 1;  // in the request
};

/// By what the outbox knows it.
RequestMark mark_of(const RequestItem& item);
/// As far as the mark says it: the request has at least so many items.
RequestItem item_of(const RequestMark& mark);

}  // namespace bridge
