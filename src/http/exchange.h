#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "request_head.h"
#include "responder.h"

namespace bridge {

/// What a handler settles about its answer before it does anything that has an effect. The loop's thread
/// only.
class AnswerTerms {
 public:
  /// Bytes that one result of a bulk answer takes at the most: an error that names an unknown field of 64
  /// bytes.
  static constexpr std::size_t largest_bulk_result = 512;

  virtual ~AnswerTerms() = default;
  /// Makes room for an answer of about `bytes`. Needed where the answer may be large and the request has an
  /// effect: what has happened is told, however little room there is by then.
  /// @throws Error queue_full if there is no room: then nothing of the request may be carried out.
  virtual void reserve(std::size_t bytes) = 0;
  /// The client is told 504 after `wait`, if that is sooner than it would be told otherwise.
  virtual void answer_within(std::chrono::seconds wait) = 0;
};

/// One request on its way to its handler. `head`, `content` and `terms` live until the handler returns; the
/// responder may be kept and completed later.
struct Exchange {
  const RequestHead& head;
  std::string& content;       // may be moved from
  std::string_view resource;  // what stands behind the route's prefix, as it came: still percent-encoded
  const Responder& responder;
  AnswerTerms& terms;
};

/// Throws Error for what is wrong with the request.
using Handler = std::function<void(Exchange&)>;

}  // namespace bridge
