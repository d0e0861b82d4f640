#pragma once

#include "publishing.h"
#include "request_context.h"

namespace bridge {

/// `POST /publish/bulk`: all items are on their way to the broker before the first acknowledgement is back;
/// the answer has a result for each, in order.
/// @throws Error malformed_content for an array that is not JSON, too_large beyond `max_bulk` items,
///   queue_full if there is no room for the answer.
void publish_bulk(const RequestContext& context, const Publishing& publishing, const HttpSettings& limits);

}  // namespace bridge
