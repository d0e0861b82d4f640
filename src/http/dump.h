#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace bridge {

/// The text of `document`. Bytes in it that are not UTF-8 are replaced, since the library would throw.
inline std::string dump(const nlohmann::ordered_json& document) {
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace bridge
