#include "authority.h"

#include <algorithm>
#include <array>

#include "characters.h"

namespace bridge {
namespace {

/// unreserved and sub-delims (RFC 3986, 2.2 and 2.3)
constexpr std::array<bool, 256> name_characters = [] {
  std::array<bool, 256> table{};
  constexpr std::string_view all =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~!$&'()*+,;=";
  for (const char c : all) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

constexpr bool is_name_character(char c) { return name_characters[static_cast<unsigned char>(c)]; }

/// reg-name, in which an IPv4 address looks like a name.
bool is_name(std::string_view host) {
  for (std::size_t i = 0; i < host.size(); ++i) {
    if (is_name_character(host[i])) continue;
    const bool escaped =
        host[i] == '%' && i + 2 < host.size() && is_hex_digit(host[i + 1]) && is_hex_digit(host[i + 2]);
    if (!escaped) return false;
    i += 2;
  }
  return true;
}

/// Checks the characters of an IPv6 address, not its form: a malformed one equals no allowed host.
bool is_in_brackets(std::string_view host) {
  return !host.empty() &&
         std::all_of(host.begin(), host.end(), [](char c) { return c == ':' || is_name_character(c); });
}

bool is_port_part(std::string_view rest) {
  return rest.empty() || (rest.front() == ':' && std::all_of(rest.begin() + 1, rest.end(), is_digit));
}

}  // namespace

bool is_authority(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    return end != std::string_view::npos && is_in_brackets(text.substr(1, end - 1)) &&
           is_port_part(text.substr(end + 1));
  }
  const std::size_t colon = std::min(text.find(':'), text.size());
  return is_name(text.substr(0, colon)) && is_port_part(text.substr(colon));
}

}  // namespace bridge
