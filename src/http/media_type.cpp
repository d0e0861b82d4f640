#include "media_type.h"

#include <algorithm>

#include "bridge/core/error.h"
#include "bridge/core/utf8.h"

namespace bridge {
namespace {

/// The length of a quoted string with both quotes; all of `text` if it does not end.
std::size_t quoted_length(std::string_view text) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return text.size();
}

/// Only `\"` and `\\` are escapes: browsers of old sent `filename="C:\dir\file"`.
std::string unquoted_parameter(std::string_view value) {
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') return std::string(value);
  value = value.substr(1, value.size() - 2);
  std::string text;
  text.reserve(value.size());
  for (std::size_t at = 0; at < value.size(); ++at) {
    const bool escape = value[at] == '\\' && at + 1 < value.size();
    if (escape && (value[at + 1] == '"' || value[at + 1] == '\\')) ++at;
    text += value[at];
  }
  return text;
}

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return c == '\0' || static_cast<unsigned char>(c) >= 0x80; });
}

bool is_escaped_ascii(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1))
    if (at + 1 < text.size() && is_hex_digit(text[at + 1]) && hex_value(text[at + 1]) >= 8) return false;
  return true;
}

}  // namespace

std::optional<std::string> field_parameter(std::string_view field, std::string_view name) {
  std::string_view rest = field;
  const auto to_next = [&rest] {
    std::size_t at = 0;
    while (at < rest.size() && rest[at] != ';') at += rest[at] == '"' ? quoted_length(rest.substr(at)) : 1;
    const std::string_view part = rest.substr(0, at);
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return part;
  };
  to_next();  // the value itself
  while (!rest.empty()) {
    const std::string_view parameter = to_next();
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) continue;
    if (equals_ignoring_case(trim(parameter.substr(0, equals)), name))
      return unquoted_parameter(trim(parameter.substr(equals + 1)));
  }
  return std::nullopt;
}

void check_charset(std::string_view content_type, std::string_view text, bool escaped) {
  if (content_type.find(';') == std::string_view::npos) return;
  const auto charset = field_parameter(content_type, "charset");
  if (!charset) return;
  for (const std::string_view known : {"utf-8", "utf8", "us-ascii", "ascii"})
    if (equals_ignoring_case(*charset, known)) return;
  if (!is_ascii(text) || (escaped && !is_escaped_ascii(text)))
    throw Error(Errc::unsupported_encoding, "Content-Type: charset must be UTF-8");
}

void check_utf8(std::string_view text, std::size_t before) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = decode_utf8(text.substr(at)).length;
    if (length == 0)
      throw Error(Errc::malformed_content,
                  "the content is not a form: byte " + std::to_string(before + at + 1) + " is not UTF-8");
    at += length;
  }
}

}  // namespace bridge
