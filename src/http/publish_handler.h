#pragma once

#include "bridge/core/message.h"
#include "request_context.h"

namespace bridge {

/// The message of `POST /publish`: JSON whatever its Content-Type says, or a form of either kind.
/// @throws Error for content that is neither, and for a query.
Message message_from_content(const RequestContext& context, std::size_t max_json_depth);

/// The message of `GET /publish?topic=…&msg=…`, for devices that can do nothing else.
/// @throws Error foreign_origin if the browser says that the request comes from a page of another site and
///   sends no Origin: an <img> on any page could publish otherwise.
Message message_from_get(const RequestContext& context);

}  // namespace bridge
