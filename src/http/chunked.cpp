#include "chunked.h"

#include <algorithm>

#include "append_within.h"
#include "bridge/core/error.h"
#include "characters.h"
#include "request_head.h"

namespace bridge {
namespace {

constexpr std::size_t max_line = 1024;      // a size with its extensions, or a trailer field
constexpr std::size_t max_trailer = 8192;   // all trailer fields
constexpr std::size_t max_size_digits = 8;  // 4 GiB

[[noreturn]] void malformed() { throw Error(Errc::malformed_request, "the chunked content is malformed"); }

}  // namespace

/// The length of the line that `rest` begins with, with its CR LF; 0 if more is needed.
std::size_t ChunkedDecoder::line_length(std::string_view rest) {
  const std::string_view seen = rest.substr(0, max_line);
  const std::size_t end = seen.find_first_of("\r\n");
  if (end == std::string_view::npos) {
    if (seen.size() == max_line) malformed();
    return 0;
  }
  if (seen[end] == '\n') malformed();
  if (end + 1 == rest.size()) return 0;
  if (rest[end + 1] != '\n') malformed();
  return end + 2;
}

/// White space behind the size was once taken by some and refused by others: it is refused.
void ChunkedDecoder::size_line(std::string_view line) {
  const auto digits_end = std::find_if_not(line.begin(), line.end(), is_hex_digit);
  const auto digits = static_cast<std::size_t>(digits_end - line.begin());
  if (digits == 0 || digits > max_size_digits) malformed();
  const std::string_view extension = line.substr(digits);
  if (!extension.empty() && extension.front() != ';') malformed();
  if (std::any_of(extension.begin(), extension.end(), is_control_byte)) malformed();
  left_ = 0;
  for (const char digit : line.substr(0, digits)) left_ = left_ * 16 + hex_value(digit);
  if (left_ > max_body_ - size_)
    throw Error(Errc::too_large,
                "the content must not be larger than " + std::to_string(max_body_) + " bytes");
  state_ = left_ == 0 ? State::trailer : State::data;
}

std::size_t ChunkedDecoder::take_data(std::string_view rest, std::string& content) {
  const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, rest.size()));
  append_within(content, rest.substr(0, taken), max_body_);
  left_ -= taken;
  size_ += taken;
  if (left_ == 0) state_ = State::data_end;
  return taken;
}

void ChunkedDecoder::line(std::string_view line) {
  if (state_ == State::size_line) return size_line(line);
  if (state_ == State::data_end) {
    if (!line.empty()) malformed();
    state_ = State::size_line;
  } else if (line.empty()) {
    state_ = State::complete;
  } else if ((trailer_bytes_ += line.size()) > max_trailer) {
    malformed();
  } else {
    parse_field_line(line);  // what a proxy might read as two fields is none
  }
}

bool ChunkedDecoder::take(std::string_view& bytes, std::string& content) {
  while (state_ != State::complete && !bytes.empty()) {
    const bool data = state_ == State::data;
    const std::size_t taken = data ? take_data(bytes, content) : line_length(bytes);
    if (taken == 0) break;
    if (!data) line(bytes.substr(0, taken - 2));
    bytes.remove_prefix(taken);
  }
  return state_ == State::complete;
}

}  // namespace bridge
