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

/// Goes through a form or a query (WHATWG URL, 5.1): split at `&`, then at the first `=`. One part after the
/// other, so that whoever does not know a name can stop there: 1 MB has 500,000 parts.
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

/// The name of the first part, as far as it can be read: for a refusal that names it.
std::string first_name(std::string_view text);

}  // namespace bridge
