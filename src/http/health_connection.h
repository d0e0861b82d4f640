#pragma once

#include <sys/socket.h>

#include <chrono>
#include <string>
#include <string_view>

#include "bridge/core/error.h"
#include "bridge/core/settings.h"
#include "bridge/tls/openssl_pointers.h"

namespace bridge {

/// Where a bridge can be asked that listens as the settings say.
struct HealthEndpoint {
  sockaddr_storage address{};
  socklen_t size = 0;
  std::string text;  // for people

  explicit HealthEndpoint(const HttpSettings& settings);
};

/// A bridge with the right certificate does not take ours.
class CertificateRefused : public Error {
 public:
  using Error::Error;
};

/// A connection to a bridge, plain or TLS, whose every step ends by one deadline.
class HealthConnection {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// Connects, and shakes hands where there is a certificate.
  /// @throws Error internal with one line for the operator, or CertificateRefused, as all of the following
  /// do.
  HealthConnection(const HealthEndpoint& endpoint, const HttpTlsSettings& tls, TimePoint deadline);
  ~HealthConnection();
  HealthConnection(const HealthConnection&) = delete;
  HealthConnection& operator=(const HealthConnection&) = delete;

  void send(std::string_view bytes);
  /// Some bytes, or none at the end, orderly or not.
  std::string receive();

 private:
  void connect(const HealthEndpoint& endpoint);
  void prepare_tls(const HttpTlsSettings& tls);
  void wait_for(short events) const;
  /// Repeats a call of OpenSSL until it is done. @return its outcome; 0 or less where the peer ended it.
  template <class Call>
  int repeat(Call call);
  static int compare_certificates(X509_STORE_CTX* shown, void* connection);
  [[noreturn]] void fail_tls();

  int socket_ = -1;
  const TimePoint deadline_;
  const std::string peer_;
  bool demands_certificates_ = false;
  bool verified_ = false;           // the bridge has shown the right certificate
  int tls_error_ = SSL_ERROR_NONE;  // of the last call
  bool answers_ = false;            // something has been received
  ContextPtr context_;
  SslPtr session_;
};

}  // namespace bridge
