#include "multipart.h"

#include <algorithm>

#include "bridge/core/error.h"
#include "characters.h"
#include "media_type.h"

namespace bridge {
namespace {

constexpr std::string_view line_break = "\r\n";
constexpr std::size_t longest_header = 4096;
constexpr std::size_t longest_boundary = 70;  // RFC 2046, 5.1.1

[[noreturn]] void malformed(const std::string& what) {
  throw Error(Errc::malformed_content, "multipart/form-data: " + what);
}

/// RFC 2046, 5.1.1; a space may not be the last.
bool is_boundary(std::string_view text) {
  constexpr std::string_view marks = "'()+_,-./:=? ";
  return !text.empty() && text.size() <= longest_boundary && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z') ||
                  marks.find(c) != std::string_view::npos;
         });
}

[[noreturn]] void ends_early() {
  malformed("it ends before its last boundary (Content-Length counts bytes)");
}

void set_disposition(FormPart& part, std::string_view value, bool& seen) {
  if (seen) malformed("a part has more than one Content-Disposition");
  seen = true;
  if (!equals_ignoring_case(media_type_of(value), "form-data"))
    malformed("each part must have Content-Disposition: form-data");
  const auto name = field_parameter(value, "name");
  if (!name) malformed("Content-Disposition must have a name");
  part.name = *name;
  part.is_file = field_parameter(value, "filename") || field_parameter(value, "filename*");
}

void check_transfer_encoding(std::string_view value) {
  for (const std::string_view identity : {"7bit", "8bit", "binary"})
    if (equals_ignoring_case(value, identity)) return;
  malformed("Content-Transfer-Encoding must be 7bit, 8bit or binary");
}

}  // namespace

MultipartReader::MultipartReader(std::string_view content_type, std::string_view content) : rest_(content) {
  const auto boundary = field_parameter(content_type, "boundary");
  if (!boundary) malformed("Content-Type must say the boundary; leave the field to your library");
  if (!is_boundary(*boundary)) malformed("the boundary must be 1 to 70 of the characters of RFC 2046, 5.1.1");
  delimiter_ = "\r\n--" + *boundary;
}

void MultipartReader::take_first_delimiter() {
  begun_ = true;
  const std::string_view delimiter = std::string_view(delimiter_).substr(line_break.size());
  if (rest_.starts_with(line_break)) rest_.remove_prefix(line_break.size());
  if (!rest_.starts_with(delimiter)) malformed("it must begin with the boundary that Content-Type says");
  rest_.remove_prefix(delimiter.size());
  take_delimiter_end();
}

void MultipartReader::take_delimiter_end() {
  ended_ = rest_.starts_with("--");
  if (ended_) rest_.remove_prefix(2);
  rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
  if (ended_) {
    if (rest_.find_first_not_of(" \t\r\n") != std::string_view::npos)
      malformed("there is something behind the last boundary");
    return;
  }
  if (rest_.empty()) ends_early();
  if (!rest_.starts_with(line_break)) malformed("a boundary must be a line of its own");
  rest_.remove_prefix(line_break.size());
}

FormPart MultipartReader::take_header() {
  FormPart part;
  bool has_disposition = false;
  const std::string_view head = rest_.substr(0, longest_header);
  std::size_t at = 0;
  while (true) {
    const std::size_t end = head.find(line_break, at);
    if (end == std::string_view::npos) {
      if (head.size() < longest_header) ends_early();
      malformed("the header of a part must not be longer than 4096 bytes");
    }
    const std::string_view line = head.substr(at, end - at);
    at = end + line_break.size();
    if (line.empty()) break;
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    if (colon == std::string_view::npos || name.empty() ||
        !std::all_of(name.begin(), name.end(), is_token_character))
      malformed("a line in the header of a part is not name: value");
    const std::string_view value = trim(line.substr(colon + 1));
    if (equals_ignoring_case(name, "Content-Disposition")) set_disposition(part, value, has_disposition);
    if (equals_ignoring_case(name, "Content-Transfer-Encoding")) check_transfer_encoding(value);
    if (equals_ignoring_case(name, "Content-Type")) part.content_type = value;
  }
  if (!has_disposition) malformed("each part must have Content-Disposition: form-data");
  if (is_multipart(part.content_type)) malformed("a part must not be multipart itself");
  rest_.remove_prefix(at);
  return part;
}

std::optional<FormPart> MultipartReader::next() {
  if (!begun_) take_first_delimiter();
  if (ended_) return std::nullopt;
  FormPart part = take_header();
  const std::size_t end = rest_.find(delimiter_);
  if (end == std::string_view::npos) ends_early();
  part.content = rest_.substr(0, end);
  rest_.remove_prefix(end + delimiter_.size());
  take_delimiter_end();
  return part;
}

}  // namespace bridge
