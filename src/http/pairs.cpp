#include "pairs.h"

#include <algorithm>

#include "bridge/core/error.h"
#include "percent.h"

namespace bridge {
namespace {

[[noreturn]] void not_a_pair() {
  throw Error(Errc::malformed_content, "each part between '&' must be name=value");
}

}  // namespace

std::optional<Pair> PairReader::next() {
  if (rest_.empty()) return std::nullopt;
  const std::string_view part = rest_.substr(0, rest_.find('&'));
  rest_.remove_prefix(std::min(part.size() + 1, rest_.size()));
  const std::size_t equals = std::min(part.find('='), part.size());
  if (equals == 0) not_a_pair();
  const bool has_equals = equals < part.size();
  return Pair{decode_form_text(part.substr(0, equals)),
              has_equals ? decode_form_text(part.substr(equals + 1)) : std::string(), has_equals};
}

std::vector<std::pair<std::string, std::string>> decode_pairs(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  PairReader reader(text);
  while (auto pair = reader.next()) {
    require_equals(*pair);
    pairs.emplace_back(std::move(pair->name), std::move(pair->value));
  }
  return pairs;
}

void require_equals(const Pair& pair) {
  if (!pair.has_equals) not_a_pair();
}

std::string first_name(std::string_view text) {
  const std::string_view name = text.substr(0, text.find_first_of("=&"));
  try {
    return decode_form_text(name);
  } catch (const Error&) {  // a malformed escape: as it came
    return std::string(name);
  }
}

}  // namespace bridge
