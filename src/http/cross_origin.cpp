#include "cross_origin.h"

#include <string>

#include "characters.h"

namespace bridge {
namespace {

std::string value_of(const RequestHead& head, std::string_view field) {
  return std::string(head.field(field).value_or(""));
}

std::string allowed_methods(const Response& response) {
  for (const auto& [name, value] : response.fields)
    if (name == "Allow") return value;
  return {};
}

std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return {};
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

void add_cross_origin_fields(std::string_view origin, Response& response) {
  auto& fields = response.fields;
  fields.emplace_back("Access-Control-Allow-Origin", origin);
  fields.emplace_back("Access-Control-Expose-Headers", "*");
  fields.emplace_back("Vary", "Origin");
}

std::optional<std::string_view> origin_in(std::string_view head) {
  std::optional<std::string_view> origin;
  take_line(head);  // the request line
  for (std::string_view line = take_line(head); !line.empty(); line = take_line(head)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !equals_ignoring_case(line.substr(0, colon), "Origin")) continue;
    if (origin) return std::nullopt;  // no browser sends two
    origin = trim(line.substr(colon + 1));
  }
  return origin;
}

void add_cross_origin_fields(const RequestHead& head, Response& response) {
  const bool asks_for_leave = head.method == "OPTIONS" && head.field("Access-Control-Request-Method");
  const std::string methods = allowed_methods(response);
  add_cross_origin_fields(head.field("Origin").value_or(""), response);
  if (!asks_for_leave) return;
  auto& fields = response.fields;
  fields.emplace_back("Access-Control-Allow-Methods", methods);
  if (head.field("Access-Control-Request-Headers"))
    fields.emplace_back("Access-Control-Allow-Headers", value_of(head, "Access-Control-Request-Headers"));
  fields.emplace_back("Access-Control-Max-Age", "600");
}

}  // namespace bridge
