#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bridge {

/// Strict base64 (RFC 4648, 4): the standard alphabet, padded to a multiple of four, no white space, and no
/// bits set behind the last byte, so that each payload has exactly one text. Empty if it is anything else.
std::optional<std::string> decode_base64(std::string_view text);

std::string encode_base64(std::string_view bytes);

}  // namespace bridge
