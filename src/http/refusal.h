#pragma once

#include <string_view>

#include "bridge/core/error.h"
#include "origin_rules.h"
#include "request_head.h"
#include "response.h"

namespace bridge {

/// The response of the connection layer itself to bytes that are not a request, or to a request that has got
/// no other. A page of http.allowed_origins may see it, as far as the head is known.
/// @param head_so_far may be incomplete, too large or malformed, as RequestReader::head_so_far().
Response refusal_of(const Error& error, std::string_view head_so_far, const OriginRules& rules);

/// @return true if `response` may be replaced by a refusal: its request has changed nothing. So it is with
///   GET, HEAD and what is refused anyway. (GET /publish has an effect, but its response is small enough to
///   find room always.)
bool is_replaceable(const Response& response, const RequestHead& head);

/// For a request or a response that finds no room in the memory of its loop.
Error out_of_memory();

}  // namespace bridge
