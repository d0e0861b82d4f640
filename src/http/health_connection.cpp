#include "health_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <system_error>

#include "bridge/core/error.h"

namespace bridge {
namespace {

constexpr std::string_view unix_scheme = "unix:";

[[noreturn]] void fail_health(const std::string& why) { throw Error(Errc::internal, why); }

std::string error_text() { return std::generic_category().message(errno); }

template <class Address>
socklen_t put(const Address& from, sockaddr_storage& to) {
  std::memcpy(&to, &from, sizeof(from));
  return sizeof(from);
}

}  // namespace

HealthEndpoint::HealthEndpoint(const HttpSettings& settings) : text(settings.address) {
  if (settings.address.starts_with(unix_scheme)) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    const std::string path = settings.address.substr(unix_scheme.size());
    std::memcpy(name.sun_path, path.c_str(), std::min(path.size(), sizeof(name.sun_path) - 1));
    size = put(name, address);
    return;
  }
  text += " port " + std::to_string(settings.port);
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET6, settings.address.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(settings.port);
    if (IN6_IS_ADDR_UNSPECIFIED(&v6.sin6_addr)) v6.sin6_addr = in6addr_loopback;
    size = put(v6, address);
    return;
  }
  const bool is_address = ::inet_pton(AF_INET, settings.address.c_str(), &v4.sin_addr) == 1;
  v4.sin_family = AF_INET;
  v4.sin_port = htons(settings.port);
  if (!is_address || v4.sin_addr.s_addr == INADDR_ANY) v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  size = put(v4, address);
}

HealthConnection::HealthConnection(const HealthEndpoint& endpoint, const HttpTlsSettings& tls,
                                   TimePoint deadline)
    : deadline_(deadline), peer_(endpoint.text) {
  if (!tls.cert_file.empty()) prepare_tls(tls);
  connect(endpoint);
  if (!context_) return;
  session_.reset(SSL_new(context_.get()));
  if (!session_ || SSL_set_fd(session_.get(), socket_) != 1) fail_health("TLS cannot be used");
  if (repeat([this] { return SSL_connect(session_.get()); }) != 1) fail_tls();
}

HealthConnection::~HealthConnection() {
  if (socket_ >= 0) ::close(socket_);
}

void HealthConnection::connect(const HealthEndpoint& endpoint) {
  socket_ = ::socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) fail_health("there is no socket to ask with: " + error_text());
  const auto* address = reinterpret_cast<const sockaddr*>(&endpoint.address);
  if (::connect(socket_, address, endpoint.size) != 0) {
    // A Unix socket whose backlog is full says EAGAIN, and is not connected later on either.
    if (errno != EINPROGRESS) fail_health("nothing is reached on " + peer_ + ": " + error_text());
    wait_for(POLLOUT);
  }
  int error = 0;
  socklen_t size = sizeof(error);
  if (::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0)
    fail_health("nothing is reached on " + peer_ + ": " + std::generic_category().message(error));
}

void HealthConnection::prepare_tls(const HttpTlsSettings& tls) {
  context_.reset(SSL_CTX_new(TLS_client_method()));
  if (!context_) fail_health("TLS cannot be used");
  SSL_CTX* context = context_.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_default_passwd_cb(context, no_password);
  if (SSL_CTX_use_certificate_chain_file(context, tls.cert_file.c_str()) != 1)
    fail_health("http.tls.cert_file: names a file without a certificate in PEM that can be used");
  demands_certificates_ = !tls.client_ca_file.empty();
  // Without its key our certificate is not shown, and the bridge refuses us.
  if (demands_certificates_) SSL_CTX_use_PrivateKey_file(context, tls.key_file.c_str(), SSL_FILETYPE_PEM);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, compare_certificates, this);
  ERR_clear_error();
}

int HealthConnection::compare_certificates(X509_STORE_CTX* shown, void* connection) {
  auto& self = *static_cast<HealthConnection*>(connection);
  const X509* theirs = X509_STORE_CTX_get0_cert(shown);
  const X509* expected = SSL_CTX_get0_certificate(self.context_.get());
  self.verified_ = theirs != nullptr && expected != nullptr && X509_cmp(theirs, expected) == 0;
  if (!self.verified_) X509_STORE_CTX_set_error(shown, X509_V_ERR_APPLICATION_VERIFICATION);
  return self.verified_ ? 1 : 0;
}

void HealthConnection::wait_for(short events) const {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) fail_health("there is no answer in time from " + peer_);
    pollfd waited{socket_, events, 0};
    const int ready = ::poll(&waited, 1, static_cast<int>(left.count()));
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) fail_health("poll: " + error_text());
  }
}

template <class Call>
int HealthConnection::repeat(Call call) {
  while (true) {
    ERR_clear_error();
    const int outcome = call();
    if (outcome > 0) return outcome;
    tls_error_ = SSL_get_error(session_.get(), outcome);
    switch (tls_error_) {
      case SSL_ERROR_WANT_READ:
        wait_for(POLLIN);
        break;
      case SSL_ERROR_WANT_WRITE:
        wait_for(POLLOUT);
        break;
      default:
        return outcome;
    }
  }
}

/// An alert, or just the end: with TLS 1.3 a certificate is refused only after the handshake.
void HealthConnection::fail_tls() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  if (demands_certificates_ && verified_)
    throw CertificateRefused(
        Errc::internal,
        "the bridge takes only clients with a certificate of http.tls.client_ca_file, and "
        "http.tls.cert_file is none for clients");
  if (!verified_ && SSL_get_verify_result(session_.get()) == X509_V_ERR_APPLICATION_VERIFICATION)
    fail_health("another certificate than that in http.tls.cert_file is shown on " + peer_ +
                "; a renewed one is loaded on SIGHUP");
  fail_health("no TLS with what listens on " + peer_ + (reason == nullptr ? "" : std::string(": ") + reason));
}

void HealthConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = 0;
    if (session_) {
      sent = repeat([&] { return SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size())); });
      if (sent <= 0) fail_tls();
    } else {
      sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EAGAIN) {
        wait_for(POLLOUT);
        continue;
      }
      if (sent < 0) fail_health("the connection to " + peer_ + " ended: " + error_text());
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string HealthConnection::receive() {
  std::array<char, 4096> buffer{};
  while (true) {
    ssize_t received = 0;
    if (session_) {
      received =
          repeat([&] { return SSL_read(session_.get(), buffer.data(), static_cast<int>(buffer.size())); });
      if (received <= 0 && !answers_ && tls_error_ != SSL_ERROR_ZERO_RETURN) fail_tls();
    } else {
      wait_for(POLLIN);
      received = ::recv(socket_, buffer.data(), buffer.size(), 0);
      if (received < 0 && errno == EAGAIN) continue;
    }
    answers_ = answers_ || received > 0;
    return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(received, 0))};
  }
}

}  // namespace bridge
