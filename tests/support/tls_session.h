#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "support/socket.h"
#include "support/transport.h"

namespace bridge::test {

/// The client's side of TLS, beside the socket that carries it.
class TlsSession {
 public:
  /// @param newest TLS1_2_VERSION and the like; 0: any.
  explicit TlsSession(const TlsIdentity& identity, int newest = 0);

  /// @return false if either side has refused the other, or `deadline` has passed. With TLS 1.3 a server
  ///   refuses a client's certificate only after this.
  bool shake_hands(const Socket& socket, TimePoint deadline);
  /// As the functions of Socket.
  bool send_all(const Socket& socket, std::string_view bytes);
  std::optional<std::string> receive(const Socket& socket, TimePoint deadline);

  /// The ClientHello, for a handshake that goes no further.
  std::string first_flight();
  std::string version() const { return SSL_get_version(session_.get()); }
  /// The serial number of the certificate that the server has shown; each certificate has its own.
  std::string serial_of_server() const;

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* session) const { SSL_free(session); }
  };

  std::string take_outgoing();
  bool exchange(const Socket& socket, TimePoint deadline);

  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> session_;
  BIO* incoming_;  // the session's
  BIO* outgoing_;
};

}  // namespace bridge::test
