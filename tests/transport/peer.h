#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "bridge/tls/openssl_pointers.h"
#include "support/certificates.h"
#include "support/socket.h"

namespace bridge::test {

/// The TLS of a peer.
struct PeerTls {
  ServerCertificate certificate = Certificates::instance().for_loopback();
  std::string client_ca_file = {};  // not empty: a client certificate of it is demanded
  int newest = 0;                   // TLS1_2_VERSION and the like; 0: any
  std::string protocol = {};        // of ALPN; not empty: the peer accepts no other
};

/// The broker's end of one connection, on a thread that may wait. Each call waits for a bounded time.
class Peer {
 public:
  explicit Peer(Socket socket) : socket_(std::move(socket)) {}

  /// @return true if the client has completed the handshake.
  bool shake_hands(const PeerTls& tls);
  bool send(std::string_view bytes);
  /// Receives `size` bytes; fewer only if the client has closed.
  std::string receive(std::size_t size);
  /// Receives all bytes until the client closes.
  std::string receive_all();
  /// Receives a request's head; bytes behind it stay for receive().
  std::string receive_head();
  /// Answers the opening handshake of a WebSocket as RFC 6455 says, with `behind` in the same write.
  bool accept_websocket(std::string_view behind = {});
  /// One frame of the client's, unmasked: its first byte, then its payload. Empty: closed, or not masked.
  std::string receive_frame();
  /// Sends close_notify, if it speaks TLS.
  void end_tls();
  /// Closes with a reset.
  void reset();
  void close() { socket_.close(); }
  const Socket& socket() const { return socket_; }

 private:
  std::string receive_some();

  Socket socket_;
  ContextPtr context_;
  SslPtr session_;
  std::string ahead_;  // received, and not yet returned
};

/// Listens on loopback, and lets `script` serve the first connection.
class PeerThread {
 public:
  explicit PeerThread(std::function<void(Peer&)> script);
  ~PeerThread();
  PeerThread(const PeerThread&) = delete;
  PeerThread& operator=(const PeerThread&) = delete;

  std::string port() const { return std::to_string(listener_.port()); }

 private:
  Listener listener_;
  std::thread thread_;
};

}  // namespace bridge::test
