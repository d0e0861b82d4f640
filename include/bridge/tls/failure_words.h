#pragma once

#include <openssl/ssl.h>

#include <string>

namespace bridge {

/// Says why a client's session has failed, for an operator who may not know OpenSSL's words. Takes the first
/// error that OpenSSL has noted on this thread, which is closest to the cause, and clears all of them. Names
/// a fault of the broker's certificate in X.509's words, and the server as "the broker".
std::string tls_failure_words(const SSL& session);

}  // namespace bridge
