#include "bridge/tls/failure_words.h"

#include <openssl/err.h>

#include "certificate_request.h"

namespace bridge {
namespace {

bool shows_certificate(const SSL& session) { return SSL_get_certificate(&session) != nullptr; }

/// OpenSSL counts an alert of the peer's as a reason of its own: 1000 and the alert's number (RFC 8446, 6).
constexpr int alert(int number) { return SSL_AD_REASON_OFFSET + number; }

/// @return true if the bytes that came were no record of TLS: another protocol, or one that OpenSSL takes for
///   a strange version.
bool is_no_tls(int reason) {
  return reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
         reason == SSL_R_HTTPS_PROXY_REQUEST || reason == SSL_R_PACKET_LENGTH_TOO_LONG ||
         reason == SSL_R_ENCRYPTED_LENGTH_TOO_LONG || reason == SSL_R_BAD_RECORD_TYPE;
}

/// @return true if the broker has refused us, or the certificate that we have shown.
bool is_refusal(int reason) {
  return reason == alert(SSL_AD_HANDSHAKE_FAILURE) || reason == alert(SSL_AD_BAD_CERTIFICATE) ||
         reason == alert(SSL_AD_UNSUPPORTED_CERTIFICATE) || reason == alert(SSL_AD_CERTIFICATE_REVOKED) ||
         reason == alert(SSL_AD_CERTIFICATE_EXPIRED) || reason == alert(SSL_AD_CERTIFICATE_UNKNOWN) ||
         reason == alert(SSL_AD_UNKNOWN_CA) || reason == alert(SSL_AD_ACCESS_DENIED);
}

std::string reason_text(unsigned long error) {
  const char* text = ERR_reason_error_string(error);
  return text == nullptr ? "the TLS handshake failed" : text;
}

std::string words_of(const SSL& session, unsigned long error) {
  const int reason = ERR_GET_REASON(error);
  if (const long verdict = SSL_get_verify_result(&session);
      verdict != X509_V_OK && reason == SSL_R_CERTIFICATE_VERIFY_FAILED)
    return std::string("the broker's certificate: ") + X509_verify_cert_error_string(verdict);
  if (ERR_GET_LIB(error) != ERR_LIB_SSL) return reason_text(error);
  if (is_no_tls(reason)) return "the broker does not speak TLS here";
  if (reason == alert(SSL_AD_CERTIFICATE_REQUIRED)) return "the broker wants a client certificate";
  if (is_refusal(reason) && certificate_was_requested(session))
    return shows_certificate(session)
               ? "the broker does not take our client certificate: " + reason_text(error)
               : "the broker wants a client certificate";
  if (reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == alert(SSL_AD_PROTOCOL_VERSION))
    return "the broker does not speak TLS 1.2 or 1.3";
  if (reason == alert(SSL_AD_NO_APPLICATION_PROTOCOL))
    return "the broker knows none of the protocols in mqtt.tls.alpn";
  return reason_text(error);
}

}  // namespace

std::string tls_failure_words(const SSL& session) {
  const std::string words = words_of(session, ERR_peek_error());
  ERR_clear_error();
  return words;
}

}  // namespace bridge
