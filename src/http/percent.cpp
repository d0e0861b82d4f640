#include "percent.h"

#include "bridge/core/error.h"
#include "characters.h"

namespace bridge {
namespace {

char decode_escape(std::string_view text, std::size_t at) {
  if (at + 2 >= text.size() || !is_hex_digit(text[at + 1]) || !is_hex_digit(text[at + 2]))
    throw Error(Errc::malformed_content, "a '%' must be followed by two hexadecimal digits");
  return static_cast<char>((hex_value(text[at + 1]) << 4U) | hex_value(text[at + 2]));
}

std::string decode(std::string_view text, bool plus_is_space) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      decoded += decode_escape(text, i);
      i += 2;
    } else {
      decoded += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

}  // namespace

std::string decode_percent(std::string_view text) { return decode(text, false); }

std::string decode_form_text(std::string_view text) { return decode(text, true); }

}  // namespace bridge
