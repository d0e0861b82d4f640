#pragma once

#include <openssl/ssl.h>

namespace bridge {

/// A callback of SSL_CTX_set_cert_cb: OpenSSL calls it when the server asks for a client certificate (RFC
/// 8446, 4.3.2). @return 1: the handshake goes on with what the context has.
int note_certificate_request(SSL* session, void*);

/// @return true if the server has asked for a client certificate.
bool certificate_was_requested(const SSL& session);

}  // namespace bridge
