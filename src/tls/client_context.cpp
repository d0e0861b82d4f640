#include "bridge/tls/client_context.h"

#include <openssl/x509v3.h>

#include <string_view>
#include <utility>

#include "bridge/core/error.h"
#include "certificate_request.h"
#include "openssl_reason.h"
#include "passphrase.h"

namespace bridge {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw Error(Errc::invalid_setting, with_openssl_reason(what));
}

void trust(SSL_CTX& context, const std::string& ca_file) {
  if (ca_file.empty()) {
    if (SSL_CTX_set_default_verify_paths(&context) != 1) refuse("the system's certificates of authorities");
  } else if (SSL_CTX_load_verify_locations(&context, ca_file.c_str(), nullptr) != 1) {
    refuse("mqtt.tls.ca_file");
  }
  SSL_CTX_set_verify(&context, SSL_VERIFY_PEER, nullptr);
}

void show_certificate(SSL_CTX& context, const TlsSettings& settings) {
  if (settings.cert_file.empty()) return;
  const bool one_file = settings.key_file.empty();
  const std::string& key_file = one_file ? settings.cert_file : settings.key_file;
  if (SSL_CTX_use_certificate_chain_file(&context, settings.cert_file.c_str()) != 1)
    refuse("mqtt.tls.cert_file");
  const Passphrase passphrase(context, settings.key_passphrase);
  if (SSL_CTX_use_PrivateKey_file(&context, key_file.c_str(), SSL_FILETYPE_PEM) != 1)
    refuse(one_file ? "mqtt.tls.cert_file" : "mqtt.tls.key_file");
}

void offer_protocols(SSL_CTX& context, const std::vector<std::string>& names) {
  std::string list;  // each behind its length (RFC 7301, 3.1)
  for (const std::string& name : names) list.append(1, static_cast<char>(name.size())).append(name);
  const auto* bytes = reinterpret_cast<const unsigned char*>(list.data());
  if (!list.empty() && SSL_CTX_set_alpn_protos(&context, bytes, static_cast<unsigned>(list.size())) != 0)
    refuse("mqtt.tls.alpn");
}

/// The root's dot of a fully qualified name stands in no certificate, and not in SNI (RFC 6066, 3).
std::string without_last_dot(const std::string& host) {
  return host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
}

bool demand_host(SSL& session, const std::string& host) {
  X509_VERIFY_PARAM* parameters = SSL_get0_param(&session);
  if (X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) == 1) return true;
  ERR_clear_error();
  std::string name = without_last_dot(host);
  SSL_set_hostflags(&session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // an empty name would switch the check off
  return !name.empty() && SSL_set1_host(&session, name.c_str()) == 1 &&
         SSL_ctrl(&session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
}

}  // namespace

TlsClientContext::TlsClientContext(const TlsSettings& settings) : settings_(settings), context_(load()) {}

void TlsClientContext::reload() {
  ContextPtr fresh = load();
  const MutexLock lock(mutex_);
  context_ = std::move(fresh);
}

ContextPtr TlsClientContext::load() const {
  ContextPtr made(SSL_CTX_new(TLS_client_method()));
  if (!made) refuse("TLS cannot be used");
  SSL_CTX& context = *made;
  SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION);
  SSL_CTX_set_options(&context, SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(&context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_default_passwd_cb(&context, no_password);
  SSL_CTX_set_cert_cb(&context, note_certificate_request, nullptr);
  trust(context, settings_.ca_file);
  show_certificate(context, settings_);
  offer_protocols(context, settings_.alpn);
  return made;
}

SslPtr TlsClientContext::session(const std::string& host) const {
  SslPtr session;
  {
    const MutexLock lock(mutex_);
    session.reset(SSL_new(context_.get()));  // holds its context from here on
  }
  if (!session || !demand_host(*session, host)) {
    ERR_clear_error();
    return nullptr;
  }
  SSL_set_connect_state(session.get());
  return session;
}

}  // namespace bridge
