#include "bridge/core/server_uri.h"

namespace bridge {
namespace {

constexpr std::string_view separator = "://";

bool has_port(std::string_view authority) {
  const std::size_t bracket = authority.rfind(']');
  return authority.find(':', bracket == authority.npos ? 0 : bracket) != authority.npos;
}

}  // namespace

std::string canonical_uri(std::string_view uri) {
  const ServerScheme& scheme = *scheme_of_server(uri);
  uri.remove_prefix(scheme.name.size() + separator.size());
  const std::string_view authority = uri.substr(0, uri.find('/'));
  std::string result = std::string(scheme.canonical).append(separator).append(authority);
  if (!has_port(authority)) result.append(":").append(scheme.default_port);
  return result.append(uri.substr(authority.size()));
}

std::vector<std::string> server_uris(const MqttSettings& settings) {
  std::vector<std::string> uris;
  for (const std::string& uri : settings.servers) uris.push_back(canonical_uri(uri));
  if (!uris.empty()) return uris;
  const bool bare_ipv6 = settings.server.find(':') != std::string::npos && !settings.server.starts_with('[');
  const std::string host = bare_ipv6 ? "[" + settings.server + "]" : settings.server;
  uris.push_back("tcp://" + host + ":" + std::to_string(settings.port));
  return uris;
}

}  // namespace bridge
