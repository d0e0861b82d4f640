#pragma once

#include <string>
#include <string_view>

namespace bridge {

/// Percent-decoding, once (RFC 3986, 2.1).
/// @throws Error malformed_content for a '%' without two hexadecimal digits.
std::string decode_percent(std::string_view text);

/// decode_percent(), and '+' is a space, as in forms (WHATWG URL, 5.1).
std::string decode_form_text(std::string_view text);

}  // namespace bridge
