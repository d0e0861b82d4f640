#include <algorithm>
#include <charconv>

#include "bridge/core/server_scheme.h"
#include "checks.h"

namespace bridge::config {
namespace {

bool is_port(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= 1 && value <= 65535;
}

/// The end of the host in `host[:port]`: the bracket of an IPv6 address, or the colon.
std::size_t host_end(std::string_view authority) {
  if (!authority.starts_with('[')) return std::min(authority.find(':'), authority.size());
  const std::size_t bracket = authority.find(']');
  return bracket == authority.npos ? 0 : bracket + 1;
}

std::string check_authority(std::string_view authority) {
  if (authority.find('@') != authority.npos)
    return "must not hold a user or a password; they have keys of their own";
  const std::size_t end = host_end(authority);
  std::string_view host = authority.substr(0, end);
  const bool bracketed = host.starts_with('[');
  if (bracketed) host = host.substr(1, host.size() - 2);
  const bool holds_colon = host.find(':') != host.npos;
  if (!check_host(host).empty() || bracketed != holds_colon)
    return "must name a host after ://, an IPv6 address in brackets";
  const std::string_view rest = authority.substr(end);
  if (rest.empty() || (rest.starts_with(':') && is_port(rest.substr(1)))) return {};
  return "must have a port from 1 to 65535 after the host, or none";
}

}  // namespace

std::string check_server_uri(std::string_view text) {
  if (std::string problem = check_text(text); !problem.empty()) return problem;
  const ServerScheme* scheme = scheme_of_server(text);
  if (scheme == nullptr) return "must begin with tcp://, ssl://, ws://, wss://, mqtt:// or mqtts://";
  const std::string_view rest = text.substr(scheme->name.size() + 3);
  const std::size_t slash = rest.find('/');
  if (std::string problem = check_authority(rest.substr(0, slash)); !problem.empty()) return problem;
  if (slash != rest.npos && !scheme->web_socket) return "must have no path: only ws:// and wss:// have one";
  return rest.find_first_of(" ?#") == rest.npos ? "" : "must not hold a space, a ? or a #";
}

}  // namespace bridge::config
