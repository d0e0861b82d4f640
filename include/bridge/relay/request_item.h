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

/// The mark by which the outbox knows it.
RequestMark mark_of(const RequestItem& item);
/// The item that a mark stands for. The mark does not say how many items the request has: at least so many.
RequestItem item_of(const RequestMark& mark);

}  // namespace bridge
