#pragma once

#include <string_view>

namespace bridge {

/// The transport to a broker, by the scheme of its URI.
struct ServerScheme {
  std::string_view name;       // as it may be written
  std::string_view canonical;  // as both connections take it
  std::string_view default_port;
  bool tls;
  bool web_socket;
};

/// The scheme of `uri`; null if it is unknown.
const ServerScheme* scheme_of_server(std::string_view uri);

/// @return true if the connection to the server of `uri` uses TLS.
bool speaks_tls(std::string_view uri);

}  // namespace bridge
