#include "prefer.h"

#include <charconv>

#include "characters.h"

namespace bridge {
namespace {

constexpr int longest_wait = 3600;

std::optional<std::chrono::seconds> wait_of(std::string_view preference) {
  preference = trim(preference.substr(0, preference.find(';')));
  const std::size_t equals = preference.find('=');
  if (equals == std::string_view::npos || !equals_ignoring_case(trim(preference.substr(0, equals)), "wait"))
    return std::nullopt;
  std::string_view value = trim(preference.substr(equals + 1));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  int seconds = -1;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error != std::errc{} || end != value.data() + value.size() || seconds < 0 || seconds > longest_wait)
    return std::nullopt;
  return std::chrono::seconds(seconds);
}

void add_preference(Preferences& preferences, std::string_view preference) {
  if (equals_ignoring_case(trim(preference.substr(0, preference.find(';'))), "respond-async"))
    preferences.respond_async = true;
  else if (!preferences.wait)
    preferences.wait = wait_of(preference);
}

}  // namespace

Preferences preferences_of(const RequestHead& head) {
  Preferences preferences;
  for (const FieldView& field : head.fields) {
    if (!equals_ignoring_case(field.name, "Prefer")) continue;
    std::string_view rest = field.value;
    while (true) {
      const std::size_t comma = rest.find(',');
      add_preference(preferences, rest.substr(0, comma));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return preferences;
}

}  // namespace bridge
