#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bridge {

/// Takes the chunked transfer coding off a body (RFC 9112, 7.1), however its bytes are cut into reads. Sizes
/// are hexadecimal digits and nothing else, lines end with CR LF, chunk extensions and trailer fields are
/// bounded, checked, and passed over.
class ChunkedDecoder {
 public:
  explicit ChunkedDecoder(std::size_t max_body) : max_body_(max_body) {}

  /// Takes bytes off the front of `bytes` and appends what they carry to `content`.
  /// @return true when the body is complete; what is left in `bytes` is not part of it.
  /// @throws Error malformed_request, or too_large when `content` would pass the limit.
  bool take(std::string_view& bytes, std::string& content);

  /// How many bytes of content it has taken.
  std::size_t size() const { return size_; }

 private:
  enum class State { size_line, data, data_end, trailer, complete };

  static std::size_t line_length(std::string_view rest);
  std::size_t take_data(std::string_view rest, std::string& content);
  void line(std::string_view line);
  void size_line(std::string_view line);

  std::size_t max_body_;
  State state_ = State::size_line;
  std::uint64_t left_ = 0;  // of the chunk
  std::size_t size_ = 0;
  std::size_t trailer_bytes_ = 0;
};

}  // namespace bridge
