#include "cross_origin.h"

#include <string>

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

}  // namespace

void add_cross_origin_fields(const RequestHead& head, Response& response) {
  const bool asks_for_leave = head.method == "OPTIONS" && head.field("Access-Control-Request-Method");
  const std::string methods = allowed_methods(response);
  auto& fields = response.fields;
  fields.emplace_back("Access-Control-Allow-Origin", value_of(head, "Origin"));
  fields.emplace_back("Access-Control-Expose-Headers", "*");
  fields.emplace_back("Vary", "Origin");
  if (!asks_for_leave) return;
  fields.emplace_back("Access-Control-Allow-Methods", methods);
  if (head.field("Access-Control-Request-Headers"))
    fields.emplace_back("Access-Control-Allow-Headers", value_of(head, "Access-Control-Request-Headers"));
  fields.emplace_back("Access-Control-Max-Age", "600");
}

}  // namespace bridge
