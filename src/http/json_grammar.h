#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace bridge {

/// Where a text stops being JSON, and why.
struct JsonFault {
  enum class Kind {
    syntax,      // the byte at `at` may not stand there (RFC 8259, 2 to 7)
    ends_early,  // no byte is wrong, but the value is not complete
    not_utf8,    // RFC 8259, 8.1
    too_deep,    // the bracket at `at` opens one level too many
    trailing,    // a whole value ends before it, and there is more
  };
  Kind kind = Kind::syntax;
  std::size_t at = 0;  // bytes in front of it
};

/// Checks `text` against the grammar of RFC 8259: one value, nested at most `max_depth` deep, numbers of any
/// size. Converts nothing and stores no more than a byte for each open bracket, so that no text costs more
/// than its length. An escaped surrogate without its other half is a fault: it has no UTF-8.
std::optional<JsonFault> json_fault(std::string_view text, std::size_t max_depth);

}  // namespace bridge
