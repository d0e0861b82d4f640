#include "pairs.h"

#include <algorithm>

#include "bridge/core/error.h"
#include "percent.h"

namespace bridge {

std::vector<std::pair<std::string, std::string>> decode_pairs(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0)
      throw Error(Errc::malformed_content, "each part between '&' must be name=value");
    pairs.emplace_back(decode_form_text(pair.substr(0, equals)), decode_form_text(pair.substr(equals + 1)));
  }
  return pairs;
}

}  // namespace bridge
