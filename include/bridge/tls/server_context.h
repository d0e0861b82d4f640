#pragma once

#include "bridge/core/settings.h"
#include "bridge/core/thread_annotations.h"
#include "bridge/tls/openssl_pointers.h"

namespace bridge {

/// The server's side of TLS: certificate, key, and the certificates that clients must show (RFC 8446, RFC
/// 5246). Safe from any thread.
class TlsServerContext {
 public:
  /// @throws Error invalid_setting if the files do not fit together; the detail says why, for the log.
  explicit TlsServerContext(const HttpTlsSettings& settings);

  /// Reads the files anew, for connections from now on; those that are open keep what they began with.
  /// @throws Error as the constructor does; then everything stays as it was.
  void reload();

  /// A session on a non-blocking socket, before its handshake; null if there is no memory for it.
  SslPtr session(int socket) const;

 private:
  ContextPtr load() const;

  const HttpTlsSettings settings_;
  mutable Mutex mutex_;
  ContextPtr context_ GUARDED_BY(mutex_);
};

}  // namespace bridge
