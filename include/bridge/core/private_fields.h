#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace bridge {

/// @return true for header fields that never become User Properties, whatever `http.user_property_fields`
///   says, since all subscribers would see them: they hold a secret (RFC 9110, 11.6.2 and 11.7.2; RFC
///   6265, 5.4), or are an instruction to the bridge itself.
constexpr bool is_private_field(std::string_view name) {
  constexpr auto fields = std::to_array<std::string_view>(
      {"authorization", "proxy-authorization", "cookie", "x-api-key", "idempotency-key", "prefer"});
  constexpr auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::any_of(fields.begin(), fields.end(), [&](std::string_view field) {
    return std::equal(field.begin(), field.end(), name.begin(), name.end(),
                      [&](char a, char b) { return a == lower(b); });
  });
}

}  // namespace bridge
