#include "checks.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>

#include "bridge/core/error.h"
#include "bridge/core/loopback.h"
#include "bridge/core/private_fields.h"
#include "bridge/core/topic.h"
#include "bridge/core/utf8.h"

namespace bridge::config {
namespace {

constexpr std::size_t max_mqtt_bytes = 65535;

constexpr std::string_view unix_prefix = "unix:";

/// A path that fits in a sockaddr_un (unix(7)).
std::string check_socket_path(std::string_view path) {
  constexpr std::size_t longest = sizeof(sockaddr_un::sun_path) - 1;
  if (!path.starts_with('/') || path.ends_with('/') || path.find('\0') != path.npos)
    return "must name a socket by its absolute path: unix:/run/mqtt-rest-bridge/http.sock";
  return path.size() > longest ? "must not have a path longer than 107 bytes" : "";
}

bool is_ipv4(std::string_view text) {
  in_addr parsed{};
  return inet_pton(AF_INET, std::string(text).c_str(), &parsed) == 1;
}

bool is_ipv6(std::string_view text) {
  in6_addr parsed{};
  return inet_pton(AF_INET6, std::string(text).c_str(), &parsed) == 1;
}

/// As browsers write it: in small letters, an IPv6 address in brackets.
bool is_origin_host(std::string_view host) {
  if (std::any_of(host.begin(), host.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) return false;
  if (host.starts_with('[') && host.ends_with(']')) return is_ipv6(host.substr(1, host.size() - 2));
  return check_host(host).empty() && !is_ipv6(host);
}

/// 1 to 65535, without zeros in front.
bool is_origin_port(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.starts_with('0') && value <= 65535;
}

}  // namespace

std::string check_text(std::string_view text) {
  if (text.size() > max_mqtt_bytes) return "must not be longer than 65535 bytes";
  while (!text.empty()) {
    const DecodedCharacter character = decode_utf8(text);
    if (character.length == 0) return "must be UTF-8";
    if (is_control_character(character.code_point)) return "must not hold a control character";
    text.remove_prefix(character.length);
  }
  return {};
}

std::string check_payload(std::string_view text) {
  return text.size() > max_mqtt_bytes ? "must not be longer than 65535 bytes" : "";
}

std::string check_host(std::string_view text) {
  // Names with `_` are in use inside of private networks, though RFC 1123 has none.
  const auto in_a_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  };
  const bool is_name =
      !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), in_a_name);
  if (is_name || is_ipv6(text)) return {};
  return "must be a host name or an address, without scheme, brackets and port";
}

std::string check_filter(std::string_view text) {
  try {
    check_topic_filter(text);
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

std::string check_dollar_filter(std::string_view text) {
  if (std::string problem = check_filter(text); !problem.empty()) return problem;
  if (is_dollar_topic(text) && !is_shared_filter(text)) return {};
  return "must be a topic filter that begins with $, other than $share";
}

std::string check_listen_address(std::string_view text) {
  if (text.starts_with(unix_prefix)) return check_socket_path(text.substr(unix_prefix.size()));
  if (text == "localhost" || (text.find('\0') == text.npos && (is_ipv4(text) || is_ipv6(text)))) return {};
  return "must be an IPv4 or IPv6 address, localhost, or unix:/path";
}

std::string check_origin(std::string_view text) {
  if (text == "null") return "must not be null: any page can send that from a sandboxed frame";
  const std::string form =
      "must be an origin in small letters, such as https://panel.example:8443, without a path";
  const bool secure = text.starts_with("https://");
  if (!secure && !text.starts_with("http://")) return form;
  const std::string_view authority = text.substr(secure ? 8 : 7);
  const std::size_t colon = authority.find(':', authority.starts_with('[') ? authority.find(']') : 0);
  if (!is_origin_host(authority.substr(0, colon))) return form;
  if (colon == authority.npos) return {};
  const std::string_view port = authority.substr(colon + 1);
  if (port == (secure ? "443" : "80"))
    return "must leave out :" + std::string(port) + ", as browsers do where it is the scheme's own port";
  return is_origin_port(port) ? "" : form;
}

std::string check_field_pattern(std::string_view text) {
  std::string_view name = text;
  if (name.ends_with('*')) name.remove_suffix(1);
  const bool formed =
      !name.empty() && name.size() <= 100 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
      });
  if (formed && is_private_field(text))
    return "must not be a field that holds a secret or speaks to the bridge";
  return formed ? "" : "must be the name of a header field, or its beginning with a * behind it: ce-*";
}

std::string check_alpn(std::string_view text) {
  if (!text.empty() && text.size() <= 255 && text.find('\0') == text.npos) return {};
  return "must be a protocol name of 1 to 255 bytes, such as mqtt";
}

std::string check_file_mode(std::string_view text) {
  const bool formed = (text.size() == 3 || (text.size() == 4 && text.front() == '0')) &&
                      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '7'; });
  return formed ? "" : "must be three octal digits, such as 0660";
}

bool is_loopback(std::string_view address) {
  return address == "localhost" || address.starts_with(unix_prefix) || is_loopback_address(address);
}

}  // namespace bridge::config
