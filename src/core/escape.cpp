#include "bridge/core/escape.h"

#include "bridge/core/utf8.h"

namespace bridge {
namespace {

void append_hex(std::string& line, unsigned char byte) {
  constexpr char digits[] = "0123456789abcdef";
  line += {'\\', 'x', digits[byte >> 4U], digits[byte & 0x0FU]};
}

void append_bytes_as_hex(std::string& line, std::string_view bytes) {
  for (const char byte : bytes) append_hex(line, static_cast<unsigned char>(byte));
}

/// @return true for a character that a terminal or a log reader would act on: a control character, or a
///   separator that ends a line (U+2028, U+2029).
constexpr bool must_be_escaped(char32_t c) { return is_control_character(c) || c == 0x2028 || c == 0x2029; }

void append_escaped(std::string& line, char32_t c, std::string_view bytes) {
  switch (c) {
    case U'\n':
      line += "\\n";
      break;
    case U'\r':
      line += "\\r";
      break;
    case U'\t':
      line += "\\t";
      break;
    default:
      append_bytes_as_hex(line, bytes);
  }
}

}  // namespace

std::string escape_line(std::string_view bytes, std::size_t max_bytes) {
  std::string line;
  line.reserve(bytes.size() < max_bytes ? bytes.size() : max_bytes);
  std::size_t at = 0;
  while (at < bytes.size()) {
    const DecodedCharacter c = decode_utf8(bytes.substr(at));
    const std::string_view shown = bytes.substr(at, c.length == 0 ? 1 : c.length);
    if (at + shown.size() > max_bytes) break;
    if (c.length == 0)
      append_bytes_as_hex(line, shown);
    else if (must_be_escaped(c.code_point))
      append_escaped(line, c.code_point, shown);
    else
      line += shown;
    at += shown.size();
  }
  if (at < bytes.size()) line += "... [" + std::to_string(bytes.size()) + " bytes]";
  return line;
}

}  // namespace bridge
