#pragma once

#include <memory>
#include <string>
#include <variant>

#include "transport.h"

namespace bridge::mqtt {

/// Why there is no connection, in words for the log and for /readyz.
struct ConnectFailure {
  enum class Kind {
    unreachable,      // name not resolved, refused, no route
    timed_out,        // no TCP connection, or no end of the handshakes, in time
    closed_silently,  // connected, and closed before the handshake of TLS or WebSocket was done
    tls,              // no TLS there, or a certificate's fault, or a client certificate is wanted
    websocket,        // answered HTTP with something else than 101
  };
  Kind kind = Kind::unreachable;
  std::string words;
};

using ConnectResult = std::variant<std::unique_ptr<Transport>, ConnectFailure>;

}  // namespace bridge::mqtt
