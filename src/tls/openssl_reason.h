#pragma once

#include <openssl/err.h>

#include <string>

namespace bridge {

/// @return `what` with the reason that OpenSSL noted last behind it, but without the file's name, which the
///   operator knows. Clears OpenSSL's notes.
inline std::string with_openssl_reason(const std::string& what) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason == nullptr ? what : what + ": " + reason;
}

}  // namespace bridge
