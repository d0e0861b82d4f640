#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bridge {

/// One part of a form or a query, decoded.
struct Pair {
  std::string name;
  std::string value;
  bool has_equals = true;  // false: there is no `=`, and the value is empty
};

/// Goes through a form or a query (WHATWG URL, 5.1): split at `&`, then at the first `=`. One part at a time,
/// so that a caller can stop at a name that it does not know: 1 MB has room for 500,000.
class PairReader {
 public:
  explicit PairReader(std::string_view text) : rest_(text) {}
  /// @throws Error malformed_content for a part without a name, or a malformed escape.
  std::optional<Pair> next();

 private:
  std::string_view rest_;
};

/// The names and values of a form or a query, decoded, in order, with their repeats.
/// @throws Error malformed_content as PairReader does, and for a part without `=`.
std::vector<std::pair<std::string, std::string>> decode_pairs(std::string_view text);

/// @throws Error malformed_content for a part without `=`.
void require_equals(const Pair& pair);

/// The name of the first part, decoded if that is possible. For a refusal that names it.
std::string first_name(std::string_view text);

}  // namespace bridge
