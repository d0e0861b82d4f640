#pragma once

#include <string_view>

#include "characters.h"
#include "request_head.h"

namespace bridge {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::string_view ndjson_type = "application/x-ndjson";

/// The media type of the content without its parameters (RFC 9110, 8.3.1); empty if the request has none.
inline std::string_view media_type(const RequestHead& head) {
  const std::string_view field = head.field("Content-Type").value_or("");
  return trim(field.substr(0, field.find(';')));
}

}  // namespace bridge
