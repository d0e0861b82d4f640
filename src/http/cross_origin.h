#pragma once

#include <optional>
#include <string_view>

#include "request_head.h"
#include "response.h"

namespace bridge {

/// Tells the browser that the page may see this answer, and, before a request that needs leave, that it may
/// send it (Fetch, "CORS protocol"). Only for an Origin that OriginRules allows.
void add_cross_origin_fields(const RequestHead& head, Response& response);

/// For a request that is refused before its head is complete: lets the page see why, and no more.
void add_cross_origin_fields(std::string_view origin, Response& response);

/// The field Origin of a head that is incomplete, too large or malformed: the one whole line of that name.
std::optional<std::string_view> origin_in(std::string_view head);

}  // namespace bridge
