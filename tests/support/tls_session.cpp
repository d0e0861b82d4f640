#include "support/tls_session.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include <stdexcept>

namespace bridge::test {

TlsSession::TlsSession(const TlsIdentity& identity, int newest)
    : context_(SSL_CTX_new(TLS_client_method())),
      incoming_(BIO_new(BIO_s_mem())),
      outgoing_(BIO_new(BIO_s_mem())) {
  SSL_CTX* context = context_.get();
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (newest != 0) SSL_CTX_set_max_proto_version(context, newest);
  // 0: all versions that OpenSSL knows, also those that Debian forbids: the server must refuse them.
  SSL_CTX_set_min_proto_version(context, 0);
  SSL_CTX_set_security_level(context, newest != 0 && newest < TLS1_2_VERSION ? 0 : 1);
  bool good = SSL_CTX_load_verify_locations(context, identity.ca_file.c_str(), nullptr) == 1;
  if (!identity.cert_file.empty()) {
    good = good && SSL_CTX_use_certificate_chain_file(context, identity.cert_file.c_str()) == 1 &&
           SSL_CTX_use_PrivateKey_file(context, identity.key_file.c_str(), SSL_FILETYPE_PEM) == 1;
  }
  if (!good) throw std::runtime_error("a certificate of the test cannot be used");
  session_.reset(SSL_new(context));
  SSL_set_bio(session_.get(), incoming_, outgoing_);
  SSL_set_connect_state(session_.get());
}

std::string TlsSession::take_outgoing() {
  std::string bytes(static_cast<std::size_t>(BIO_pending(outgoing_)), '\0');
  if (!bytes.empty()) BIO_read(outgoing_, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

/// Sends the bytes that the session has for the server, and gives it those that the server has sent.
bool TlsSession::exchange(const Socket& socket, TimePoint deadline) {
  const std::string outgoing = take_outgoing();
  if (!outgoing.empty()) socket.send_all(outgoing);  // bytes from the server before it closed still count
  const auto bytes = socket.receive(deadline);
  if (!bytes || bytes->empty()) return false;
  return BIO_write(incoming_, bytes->data(), static_cast<int>(bytes->size())) > 0;
}

std::string TlsSession::first_flight() {
  SSL_do_handshake(session_.get());
  return take_outgoing();
}

bool TlsSession::shake_hands(const Socket& socket, TimePoint deadline) {
  while (true) {
    ERR_clear_error();
    const int result = SSL_do_handshake(session_.get());
    if (result == 1) return socket.send_all(take_outgoing());
    if (SSL_get_error(session_.get(), result) != SSL_ERROR_WANT_READ) {
      socket.send_all(take_outgoing());  // an alert that says why
      return false;
    }
    if (!exchange(socket, deadline)) return false;
  }
}

bool TlsSession::send_all(const Socket& socket, std::string_view bytes) {
  ERR_clear_error();
  std::size_t written = 0;
  if (SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &written) != 1) return false;
  return socket.send_all(take_outgoing());
}

std::optional<std::string> TlsSession::receive(const Socket& socket, TimePoint deadline) {
  std::string bytes(65536, '\0');
  while (true) {
    ERR_clear_error();
    std::size_t size = 0;
    const int result = SSL_read_ex(session_.get(), bytes.data(), bytes.size(), &size);
    if (result == 1) return bytes.substr(0, size);
    if (SSL_get_error(session_.get(), result) != SSL_ERROR_WANT_READ) return std::string();
    if (!exchange(socket, deadline))
      return Clock::now() < deadline ? std::optional<std::string>("") : std::nullopt;
  }
}

std::string TlsSession::serial_of_server() const {
  X509* certificate = SSL_get_peer_certificate(session_.get());
  if (certificate == nullptr) return {};
  const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate);
  const std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                         static_cast<std::size_t>(ASN1_STRING_length(serial)));
  X509_free(certificate);
  return text;
}

}  // namespace bridge::test
