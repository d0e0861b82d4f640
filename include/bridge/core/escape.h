#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bridge {

/// `bytes` as text that fits in one line of a terminal or a log and cannot act on it: line breaks, tabs and
/// backslashes as in C (`\n`, `\\`), other control characters and ESC as `\x1b`, C1 controls and the line and
/// paragraph separators byte by byte, and so is whatever is not UTF-8 (`\xNN`).
/// @param max_bytes at most so many of `bytes` are shown, cut at a character; the rest is told by its size.
std::string escape_line(std::string_view bytes, std::size_t max_bytes = static_cast<std::size_t>(-1));

}  // namespace bridge
