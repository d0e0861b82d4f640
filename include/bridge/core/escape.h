#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bridge {

/// `bytes` as text that fits in one line of a terminal or a log and cannot act on it: line breaks and tabs as
/// in C (`\n`); other control characters, ESC, DEL and C1, the line and paragraph separators, and bytes that
/// are not UTF-8 one by one (`\x1b`). A backslash stands for itself: JSON stays readable.
/// @param max_bytes at most so many of `bytes` are shown, cut at a character, and the full size is named.
std::string escape_line(std::string_view bytes, std::size_t max_bytes = static_cast<std::size_t>(-1));

}  // namespace bridge
