#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "characters.h"
#include "request_head.h"

namespace bridge {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::string_view multipart_form_type = "multipart/form-data";
constexpr std::string_view ndjson_type = "application/x-ndjson";
constexpr std::string_view bytes_type = "application/octet-stream";

/// The value of a Content-Type without its parameters (RFC 9110, 8.3.1).
constexpr std::string_view media_type_of(std::string_view content_type) {
  return trim(content_type.substr(0, content_type.find(';')));
}

inline bool is_multipart(std::string_view type) {
  constexpr std::string_view multipart = "multipart/";
  return equals_ignoring_case(type.substr(0, multipart.size()), multipart);
}

/// The media type of the content; empty if the request has none.
inline std::string_view media_type(const RequestHead& head) {
  return media_type_of(head.field("Content-Type").value_or(""));
}

/// A parameter of a Content-Type or a Content-Disposition, the first of that name, without its quotes
/// (RFC 9110, 5.6.6). Empty if there is none.
std::optional<std::string> field_parameter(std::string_view field, std::string_view name);

/// @param content_type the value of a Content-Type.
/// @throws Error unsupported_encoding if it names a charset other than UTF-8 and the text is more than ASCII:
///   reading it as UTF-8 would be a guess.
/// @param escaped the text is percent-encoded.
void check_charset(std::string_view content_type, std::string_view text, bool escaped = false);

/// @param before bytes of the content in front of `text`.
/// @throws Error malformed_content that says which byte is not UTF-8, the first being byte 1.
void check_utf8(std::string_view text, std::size_t before = 0);

}  // namespace bridge
