#pragma once

#include <openssl/ssl.h>

#include <memory>

namespace bridge {

struct FreeSsl {
  void operator()(SSL* session) const { SSL_free(session); }
};
using SslPtr = std::unique_ptr<SSL, FreeSsl>;

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using ContextPtr = std::unique_ptr<SSL_CTX, FreeContext>;

/// Answers OpenSSL's question for a key's passphrase: it would ask on a terminal, which a daemon does not
/// have.
inline int no_password(char*, int, int, void*) { return 0; }

}  // namespace bridge
