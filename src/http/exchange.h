#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "request_head.h"
#include "responder.h"

namespace bridge {

/// One request on its way to its handler. `head` and `content` live until the handler returns; the responder
/// may be kept and completed later.
struct Exchange {
  const RequestHead& head;
  std::string& content;       // may be moved from
  std::string_view resource;  // what stands behind the route's prefix, as it came: still percent-encoded
  const Responder& responder;
};

/// Throws Error for what is wrong with the request.
using Handler = std::function<void(Exchange&)>;

}  // namespace bridge
