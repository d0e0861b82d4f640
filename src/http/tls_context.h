#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <mutex>

#include "bridge/core/settings.h"

namespace bridge {

struct FreeSsl {
  void operator()(SSL* session) const { SSL_free(session); }
};
using SslPtr = std::unique_ptr<SSL, FreeSsl>;

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using ContextPtr = std::unique_ptr<SSL_CTX, FreeContext>;

/// A password on the key would be asked for on a terminal that a daemon does not have.
inline int no_password(char*, int, int, void*) { return 0; }

/// The server's side of TLS: certificate, key, and what is demanded of clients (RFC 8446, RFC 5246). Safe
/// from any thread.
class TlsContext {
 public:
  /// @throws Error invalid_setting if the files do not fit together; the detail says why, for the log.
  explicit TlsContext(const HttpTlsSettings& settings);

  /// Reads the files anew, for connections from now on; those that are open keep what they began with.
  /// @throws Error as the constructor does; then everything stays as it was.
  void reload();

  /// A session on a non-blocking socket, before its handshake; null if there is no memory for it.
  SslPtr session(int socket) const;

 private:
  ContextPtr load() const;

  const HttpTlsSettings settings_;
  mutable std::mutex mutex_;
  ContextPtr context_;
};

}  // namespace bridge
