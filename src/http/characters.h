#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace bridge {

// The alphabets of HTTP (RFC 9110, 5.6) and URIs (RFC 3986, 2); never by locale.

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr bool is_control_byte(char c) { return (c >= 0 && c < 0x20) || c == 0x7F; }

constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr bool is_hex_digit(char c) {
  const char lower = to_lower(c);
  return is_digit(c) || (lower >= 'a' && lower <= 'f');
}

constexpr unsigned hex_value(char c) {
  return static_cast<unsigned>(is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10);
}

/// The characters of a token. A table, since each byte of a head is looked up.
inline constexpr std::array<bool, 256> token_characters = [] {
  std::array<bool, 256> table{};
  constexpr std::string_view all =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'*+-.^_`|~";
  for (const char c : all) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

constexpr bool is_token_character(char c) { return token_characters[static_cast<unsigned char>(c)]; }

/// The characters of a target (RFC 3986, 3.3 and 3.4), and those that real clients forget to escape, if every
/// server reads them alike: no space, control character, '#', '\\', or byte above 0x7F.
inline constexpr std::array<bool, 256> target_characters = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0x21; c < 0x7F; ++c) table.at(c) = c != '#' && c != '\\';
  return table;
}();

constexpr bool is_target_character(char c) { return target_characters[static_cast<unsigned char>(c)]; }

constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

/// Without the spaces and tabs at both ends.
constexpr std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// @return true if `member` stands in a comma-separated list.
constexpr bool has_list_member(std::string_view list, std::string_view member) {
  while (true) {
    const std::size_t comma = list.find(',');
    if (equals_ignoring_case(trim(list.substr(0, comma)), member)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace bridge
