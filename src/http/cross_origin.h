#pragma once

#include "request_head.h"
#include "response.h"

namespace bridge {

/// Tells the browser that the page may see this answer, and, before a request that needs leave, that it may
/// send it (Fetch, "CORS protocol"). Only for an Origin that OriginRules allows.
void add_cross_origin_fields(const RequestHead& head, Response& response);

}  // namespace bridge
