#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "request_head.h"
#include "responder.h"

namespace bridge {

/// A handler reserves the memory and limits the time for its response here, before it does anything that has
/// an effect. The loop's thread only.
class ResponseBudget {
 public:
  /// Bytes of the largest result in a bulk response: an error that names an unknown field of 64 bytes.
  static constexpr std::size_t largest_bulk_result = 512;

  virtual ~ResponseBudget() = default;
  /// Reserves memory for a response of about `bytes`. A request that has an effect and whose response may be
  /// large calls this first: without it the client could not be told what has happened, if other responses
  /// had taken the memory by then.
  /// @throws Error queue_full if there is no room: then nothing of the request may be carried out.
  virtual void reserve(std::size_t bytes) = 0;
  /// Shortens the time after which the client is told 504 to `wait`; never lengthens it.
  virtual void answer_within(std::chrono::seconds wait) = 0;
};

/// One request on its way to its handler. `head`, `content` and `budget` live until the handler returns; the
/// responder may be kept and completed later.
struct RequestContext {
  const RequestHead& head;
  std::string& content;       // may be moved from
  std::string_view resource;  // the path behind the route's prefix, still percent-encoded
  const Responder& responder;
  ResponseBudget& budget;
};

/// Throws Error for what is wrong with the request.
using Handler = std::function<void(RequestContext&)>;

}  // namespace bridge
