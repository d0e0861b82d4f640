#pragma once

#include <asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "transport.h"

namespace bridge {
class TlsClientContext;
}

namespace bridge::mqtt {

/// The address of a broker, from a URI such as ssl://host:8883 or wss://host/mqtt.
struct BrokerAddress {
  std::string host;
  std::string port;
  bool tls = false;
  bool websocket = false;
  std::string path = "/mqtt";  // of the WebSocket
};

/// The reason why there is no connection, in words for the log and for /readyz.
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

/// Opens one connection at a time: resolves the name, tries its addresses as RFC 8305 says (IPv6 and IPv4 in
/// turn, the next one 250 ms after the last or when it has failed), then TLS (host name and chain verified,
/// ALPN), then WebSocket (RFC 6455, subprotocol "mqtt"). A resolver that does not answer holds nothing up,
/// not even its destruction. No proxy is asked, whatever the environment says. For the thread of `io`.
class Connector {
 public:
  using Done = std::function<void(ConnectResult)>;

  explicit Connector(asio::io_context& io);
  ~Connector();
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  /// Gives up what is under way, as cancel() does, and begins anew. `done` is called once, later, after
  /// `timeout` at the latest; not after cancel(). It may call connect() and cancel(), and destroy this.
  /// start() the transport in it: what a broker sends in between is kept, but no more than 64 KiB.
  /// @param tls may be null if `address` does without TLS.
  void connect(const BrokerAddress& address, std::shared_ptr<const TlsClientContext> tls,
               std::chrono::milliseconds timeout, Done done);
  void cancel();

 private:
  class Attempt;
  asio::io_context& io_;
  std::shared_ptr<Attempt> attempt_;
};

}  // namespace bridge::mqtt
