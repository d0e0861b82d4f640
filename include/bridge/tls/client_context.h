#pragma once

#include <string>

#include "bridge/core/settings.h"
#include "bridge/core/thread_annotations.h"
#include "bridge/tls/openssl_pointers.h"

namespace bridge {

/// The client's side of TLS, 1.2 at least (RFC 8446, RFC 5246): whom it trusts, the certificate that it
/// shows, the protocols that it offers (ALPN, RFC 7301). Safe from any thread.
class TlsClientContext {
 public:
  /// @throws Error invalid_setting if the files do not fit together; the detail says why, for the log.
  explicit TlsClientContext(const TlsSettings& settings);

  /// Reads the files anew, for connections from now on; those that are open keep what they began with.
  /// @throws Error as the constructor does; then everything stays as it was.
  void reload();

  /// A session before its handshake, without a socket. The handshake fails unless the server's certificate is
  /// good for `host` (RFC 6125, RFC 9525): a name, which is also sent (SNI, RFC 6066, 3), or an IP address.
  /// @return null if there is no memory for it, or `host` cannot stand in a certificate.
  SslPtr session(const std::string& host) const;

 private:
  ContextPtr load() const;

  const TlsSettings settings_;
  mutable Mutex mutex_;
  ContextPtr context_ GUARDED_BY(mutex_);
};

}  // namespace bridge
