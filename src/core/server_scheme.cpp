#include "bridge/core/server_scheme.h"

#include <algorithm>
#include <array>

namespace bridge {
namespace {

constexpr auto schemes = std::to_array<ServerScheme>({
    {"tcp", "tcp", "1883", false, false},
    {"mqtt", "tcp", "1883", false, false},
    {"ssl", "ssl", "8883", true, false},
    {"mqtts", "ssl", "8883", true, false},
    {"ws", "ws", "80", false, true},
    {"wss", "wss", "443", true, true},
});

}  // namespace

const ServerScheme* scheme_of_server(std::string_view uri) {
  const std::size_t end = uri.find("://");
  if (end == std::string_view::npos) return nullptr;
  const auto* known = std::find_if(schemes.begin(), schemes.end(), [&](const ServerScheme& scheme) {
    return scheme.name == uri.substr(0, end);
  });
  return known == schemes.end() ? nullptr : known;
}

bool speaks_tls(std::string_view uri) {
  const ServerScheme* scheme = scheme_of_server(uri);
  return scheme != nullptr && scheme->tls;
}

}  // namespace bridge
