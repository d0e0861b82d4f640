#include "property_fields.h"

#include <algorithm>

#include "bridge/core/error.h"
#include "bridge/core/private_fields.h"
#include "bridge/core/utf8.h"
#include "characters.h"
#include "message_fields.h"
#include "percent.h"

namespace bridge {
namespace {

constexpr std::string_view cloud_events = "ce-*";
constexpr std::size_t longest_string = 65535;

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
  return lower;
}

/// @return true for X-Gitlab-Token, X-Auth-Token and the like.
bool sounds_secret(std::string_view name) {
  for (const std::string_view end : {"-token", "-secret", "-key", "-password"})
    if (name.size() > end.size() && equals_ignoring_case(name.substr(name.size() - end.size()), end))
      return true;
  return false;
}

/// A pattern with `*` matches no field whose name sounds like a secret: "x-gitlab-*" must not send
/// X-Gitlab-Token to all subscribers. Its full name does.
bool matches(std::string_view pattern, std::string_view name) {
  if (!pattern.ends_with('*')) return equals_ignoring_case(pattern, name);
  pattern.remove_suffix(1);
  return equals_ignoring_case(pattern, name.substr(0, pattern.size())) && !sounds_secret(name);
}

/// Decodes the value of an attribute: it may stand in quotes, and is percent-encoded once.
std::string attribute_value(const std::string& field, std::string_view value) {
  std::string unquoted;
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
    for (std::size_t at = 0; at < value.size(); ++at) {
      if (value[at] == '\\' && at + 1 < value.size()) ++at;
      unquoted += value[at];
    }
    value = unquoted;
  }
  try {
    return decode_percent(value);
  } catch (const Error& error) {
    invalid_field(field, error.what());
  }
}

}  // namespace

void check_property_text(std::string_view field, std::string_view text) {
  if (text.size() > longest_string) invalid_field(field, "must not be longer than 65535 bytes");
  if (const std::string_view fault = string_fault(text); !fault.empty()) invalid_field(field, fault);
}

bool is_property_field(std::string_view name, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const auto& each) { return matches(each, name); }) &&
         !is_private_field(name);
}

bool add_property_fields(std::vector<UserProperty>& properties, const RequestHead& head,
                         const std::vector<std::string>& patterns) {
  if (patterns.empty()) return false;
  const bool takes_cloud_events = std::any_of(patterns.begin(), patterns.end(), [](const auto& each) {
    return equals_ignoring_case(each, cloud_events);
  });
  bool is_cloud_event = false;
  for (const FieldView& field : head.fields) {
    if (!is_property_field(field.name, patterns)) continue;
    UserProperty property{lower_case(field.name), std::string(field.value)};
    const std::string shown = shown_name(field.name);
    if (takes_cloud_events && matches(cloud_events, field.name) && property.name.size() > 3) {
      property.name.erase(0, 3);
      property.value = attribute_value(shown, field.value);
      is_cloud_event = is_cloud_event || property.name == "specversion";
    }
    check_property_text(shown, property.value);
    properties.push_back(std::move(property));
  }
  return is_cloud_event;
}

}  // namespace bridge
