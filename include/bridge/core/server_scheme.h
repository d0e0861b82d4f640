#pragma once

#include <string_view>

namespace bridge {

/// How a broker is spoken to, by the first part of its URI.
struct ServerScheme {
  std::string_view name;       // as it may be written
  std::string_view canonical;  // as paho wants it
  std::string_view default_port;
  bool tls;
  bool web_socket;
};

/// The scheme of `uri`, or null if it has none of those that are known.
const ServerScheme* scheme_of_server(std::string_view uri);

/// @return true if the server of `uri` is spoken to in TLS.
bool speaks_tls(std::string_view uri);

}  // namespace bridge
