#include "bridge/tls/server_context.h"

#include <string>
#include <string_view>
#include <utility>

#include "bridge/core/error.h"
#include "openssl_reason.h"

namespace bridge {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw Error(Errc::invalid_setting, with_openssl_reason(what));
}

/// HTTP/1.1, or 1.0 (RFC 7301). A client that offers only others is told so by an alert.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                    unsigned int offered_length, void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1\x08http/1.0";
  unsigned char* selected = nullptr;
  const int outcome =
      SSL_select_next_proto(&selected, length, ours, sizeof(ours) - 1, offered, offered_length);
  *chosen = selected;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void demand_certificates(SSL_CTX& context, const std::string& ca_file) {
  if (SSL_CTX_load_verify_locations(&context, ca_file.c_str(), nullptr) != 1) fail("http.tls.client_ca_file");
  SSL_CTX_set_client_CA_list(&context, SSL_load_client_CA_file(ca_file.c_str()));
  SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

}  // namespace

TlsServerContext::TlsServerContext(const HttpTlsSettings& settings) : settings_(settings), context_(load()) {}

void TlsServerContext::reload() {
  ContextPtr fresh = load();
  const MutexLock lock(mutex_);
  context_ = std::move(fresh);
}

ContextPtr TlsServerContext::load() const {
  ContextPtr made(SSL_CTX_new(TLS_server_method()));
  if (!made) fail("TLS cannot be used");
  SSL_CTX* context = made.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // a client must not make the server shake hands again and again (CVE-2011-1473)
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context, no_password);
  static constexpr std::string_view id = "mqtt-rest-bridge";  // sessions are resumed with this program only
  SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(id.data()),
                                 static_cast<unsigned>(id.size()));
  if (SSL_CTX_use_certificate_chain_file(context, settings_.cert_file.c_str()) != 1)
    fail("http.tls.cert_file");
  if (SSL_CTX_use_PrivateKey_file(context, settings_.key_file.c_str(), SSL_FILETYPE_PEM) != 1)
    fail("http.tls.key_file");
  if (!settings_.client_ca_file.empty()) demand_certificates(*context, settings_.client_ca_file);
  return made;
}

SslPtr TlsServerContext::session(int socket) const {
  SslPtr session;
  {
    const MutexLock lock(mutex_);
    session.reset(SSL_new(context_.get()));  // holds its context from here on
  }
  if (session && SSL_set_fd(session.get(), socket) != 1) session.reset();
  if (session) SSL_set_accept_state(session.get());
  return session;
}

}  // namespace bridge
