#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "chunked.h"
#include "inflater.h"
#include "request_head.h"

namespace bridge {

/// Reads the body of one request: finds its end (RFC 9112, 6.3), takes the chunks and the coding off. Neither
/// the bytes that arrive nor the bytes that they inflate to may pass http.max_body.
class RequestBody {
 public:
  /// Begins the body that `head` announces. @param head its Content-Length is within `max_body`.
  void begin(const RequestHead& head, std::size_t max_body);

  /// Takes bytes off the front of `bytes`, decodes them, and appends the result to `content`.
  /// @return true when the body is complete; what is left in `bytes` is not part of it.
  /// @throws Error malformed_request, malformed_content, or too_large.
  bool take(std::string_view& bytes, std::string& content);

  /// How many of its bytes have arrived, without the framing of the chunks.
  std::size_t arrived() const { return framing_ == RequestHead::Body::chunked ? chunked_.size() : arrived_; }
  /// Bytes of memory that it takes beside the content.
  std::size_t memory() const { return inflater_ ? Inflater::memory : 0; }
  /// For people: how much of the body is missing.
  std::string progress() const;
  /// Frees the memory of the last body.
  void end() { inflater_.reset(); }

 private:
  bool take_by_length(std::string_view& bytes, std::string& content);
  void decode(std::string_view coded, std::string& content);
  bool finish_coding_if(bool complete) const;

  bool may_be_empty_ = true;  // although Content-Encoding names a coding
  RequestHead::Body framing_ = RequestHead::Body::none;
  ContentCoding coding_ = ContentCoding::identity;
  std::size_t max_body_ = 0;
  std::size_t length_ = 0;
  std::size_t arrived_ = 0;
  ChunkedDecoder chunked_{0};
  std::unique_ptr<Inflater> inflater_;  // once the first byte has come
};

}  // namespace bridge
