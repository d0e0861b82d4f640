#pragma once

#include <cstddef>
#include <string_view>

namespace bridge {

/// One step through bytes that claim to be UTF-8 (RFC 3629).
struct DecodedCharacter {
  char32_t code_point = 0;
  std::size_t length = 0;  // bytes; 0: the bytes at this place are not well-formed UTF-8
};

/// The character at the start of `bytes`, which must not be empty. Refuses overlong forms, surrogates, and
/// values above U+10FFFF.
DecodedCharacter decode_utf8(std::string_view bytes);

bool is_well_formed_utf8(std::string_view bytes);

/// U+0001 to U+001F and U+007F to U+009F (MQTT 5.0, 1.5.4), and U+0000.
constexpr bool is_control_character(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

/// U+FDD0 to U+FDEF, and the last two of each plane (Unicode 15, 23.7).
constexpr bool is_non_character(char32_t c) { return (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE; }

/// @return why a UTF-8 Encoded String should not hold `text` (MQTT 5.0, 1.5.4): it is not well-formed, or has
///   a control character or a non-character, at which a broker may close the connection. Empty if it may.
std::string_view string_fault(std::string_view text);

}  // namespace bridge
