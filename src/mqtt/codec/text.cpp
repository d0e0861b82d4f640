#include "text.h"

#include "bridge/core/utf8.h"

namespace bridge::mqtt {

std::string_view utf8_string_fault(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return "has the character U+0000";
  if (!is_well_formed_utf8(text)) return "is not well-formed UTF-8";
  return {};
}

std::string_view topic_name_fault(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.find_first_of("+#") != std::string_view::npos) return "has a wildcard";
  return utf8_string_fault(name);
}

}  // namespace bridge::mqtt
