#pragma once

#include <string_view>

namespace bridge::mqtt {

/// The fault of a text that is no UTF-8 Encoded String: not well-formed, or with U+0000 (MQTT 5.0, 1.5.4);
/// empty if it has none. Control characters and non-characters are allowed there, if discouraged.
std::string_view utf8_string_fault(std::string_view text);

/// The fault of a text that is no Topic Name: the same, a wildcard (MQTT 5.0, 3.3.2.1), or no character at
/// all (4.7.3).
std::string_view topic_name_fault(std::string_view name);

}  // namespace bridge::mqtt
