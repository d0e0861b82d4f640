#include "broker_address.h"

#include <string_view>

#include "bridge/core/server_scheme.h"

namespace bridge::mqtt {

BrokerAddress broker_address(const std::string& canonical_uri) {
  BrokerAddress address;
  std::string_view rest = canonical_uri;
  if (const ServerScheme* scheme = scheme_of_server(rest)) {
    address.tls = scheme->tls;
    address.websocket = scheme->web_socket;
    address.port = scheme->default_port;
    rest.remove_prefix(scheme->name.size() + std::string_view("://").size());
  }
  const std::size_t slash = rest.find('/');
  if (slash != rest.npos) address.path = rest.substr(slash);
  rest = rest.substr(0, slash);
  const std::size_t bracket = rest.rfind(']');
  const std::size_t colon = rest.find(':', bracket == rest.npos ? 0 : bracket);
  if (colon != rest.npos) address.port = rest.substr(colon + 1);
  std::string_view host = rest.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  address.host = host;
  return address;
}

}  // namespace bridge::mqtt
