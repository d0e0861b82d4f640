#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "request_head.h"

struct z_stream_s;  // zlib's

namespace bridge {

/// Takes the content coding gzip or deflate off a body (RFC 9110, 8.4.1), however its bytes are cut into
/// reads. The inflated bytes are counted as they come: a few bytes that stand for gigabytes (a zip bomb) cost
/// no more than `max_body`. Several members of gzip, one behind the other, are one content (RFC 1952, 2.2).
class Inflater {
 public:
  /// Bytes of memory that an Inflater takes beside the content: zlib's window, and its state.
  static constexpr std::size_t memory = 49152;

  Inflater(ContentCoding coding, std::size_t max_body);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Inflates `bytes` and appends the result to `content`.
  /// @throws Error malformed_content for bytes that are not so coded, too_large when `content` would pass the
  /// limit.
  void take(std::string_view bytes, std::string& content);
  /// The body has ended. @throws Error malformed_content if that is too early.
  void finish() const;

 private:
  void begin_next_member(std::string_view rest);
  std::size_t inflate_portion(std::string_view bytes, std::string& content);

  ContentCoding coding_;
  std::size_t max_body_;
  std::unique_ptr<z_stream_s> stream_;
  bool between_members_ = false;  // behind the end of one
};

}  // namespace bridge
