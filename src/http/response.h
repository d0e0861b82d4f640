#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace bridge {

class Stream;

/// The response to one request. The connection layer adds Content-Length, Date and Connection, and
/// `Cache-Control: no-store` if `fields` has no Cache-Control: every response here may change, and a cache
/// may keep a 200, 204, 404 or 405 without it for as long as it likes (RFC 9111, 4.2.2).
struct Response {
  int status = 200;
  std::string content_type;  // empty: there is no content
  std::string content;
  std::vector<std::pair<std::string, std::string>> fields;
  std::shared_ptr<Stream> stream = nullptr;  // if set: it sends the content, for as long as it is open
};

inline Response json_response(int status, std::string content) {
  return {status, "application/json", std::move(content), {}};
}

/// How a response goes onto the wire.
struct WireOptions {
  bool keep_alive = true;
  bool http_1_0 = false;
  bool head_only = false;  // HEAD: the fields of the content, but not the content (RFC 9110, 9.3.2)
};

/// Head and content in one piece, to be sent at once.
std::string to_wire(const Response& response, const WireOptions& options);

}  // namespace bridge
