#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bridge {

/// The names and values of a form or a query, decoded, in order, with their repeats (WHATWG URL, 5.1):
/// split at `&`, then at the first `=`.
/// @throws Error malformed_content for a pair without a name or without `=`, or a malformed escape.
std::vector<std::pair<std::string, std::string>> decode_pairs(std::string_view text);

}  // namespace bridge
