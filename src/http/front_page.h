#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "request_head.h"
#include "response.h"

namespace bridge {

/// The contents of `GET /`: what this program is, how it stands, and where to go.
struct FrontPage {
  std::string_view version;
  std::vector<std::string> unready_reasons;  // empty: it is ready
  bool has_outbox = true;
  bool takes_get = false;  // http.get_publish
};

/// The page for a browser, the same as JSON for whoever does not want HTML more (RFC 9110, 12.5.1).
Response front_page(const FrontPage& page, const RequestHead& head);

/// The end of a 404 for an unknown path: says where messages can be sent.
inline constexpr std::string_view signpost =
    "; publish with POST /publish, POST /publish/bulk or POST /topics/{topic}; GET / tells the rest";

}  // namespace bridge
