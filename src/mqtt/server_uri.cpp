#include "server_uri.h"

#include <algorithm>
#include <array>

namespace bridge::mqtt {
namespace {

struct Scheme {
  std::string_view written;
  std::string_view canonical;
  std::string_view default_port;
};

constexpr std::array<Scheme, 6> schemes = {{{"tcp://", "tcp://", "1883"},
                                            {"mqtt://", "tcp://", "1883"},
                                            {"ssl://", "ssl://", "8883"},
                                            {"mqtts://", "ssl://", "8883"},
                                            {"ws://", "ws://", "80"},
                                            {"wss://", "wss://", "443"}}};

bool has_port(std::string_view authority) {
  const std::size_t bracket = authority.rfind(']');
  return authority.find(':', bracket == authority.npos ? 0 : bracket) != authority.npos;
}

}  // namespace

std::string canonical_uri(std::string_view uri) {
  const auto* scheme = std::find_if(schemes.begin(), schemes.end(),
                                    [&](const Scheme& known) { return uri.starts_with(known.written); });
  if (scheme == schemes.end()) scheme = schemes.begin();
  if (uri.starts_with(scheme->written)) uri.remove_prefix(scheme->written.size());
  const std::string_view authority = uri.substr(0, uri.find('/'));
  std::string result(scheme->canonical);
  result += authority;
  if (!has_port(authority)) result.append(":").append(scheme->default_port);
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

bool speaks_tls(std::string_view canonical_uri) {
  return canonical_uri.starts_with("ssl://") || canonical_uri.starts_with("wss://");
}

}  // namespace bridge::mqtt
