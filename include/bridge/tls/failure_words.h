#pragma once

#include <openssl/ssl.h>

#include <string>

namespace bridge {

/// Why a client's session has failed, in words for an operator who may not know OpenSSL's; of the first error
/// that OpenSSL has noted on this thread, the one closest to the cause; all are forgotten then. Names a fault
/// of the broker's certificate in X.509's words, and the server as "the broker".
std::string tls_failure_words(const SSL& session);

}  // namespace bridge
