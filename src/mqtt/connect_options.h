#pragma once

#include <MQTTAsync.h>
#include <mqtt/properties.h>

#include <string>
#include <vector>

#include "bridge/core/settings.h"
#include "bridge/core/status_topic.h"

namespace bridge::mqtt {

/// How a connection is asked for.
struct ConnectRequest {
  std::string uri;
  int version = 5;  // 5, or 4 for MQTT 3.1.1
  bool clean_start = true;
  std::string client_id;
  std::string alpn = {};  // of alpn_list(); the library may look at it for as long as it has the client
};

/// Protocol names, each 1 to 255 bytes long, as the handshake has them: behind their length (RFC 7301, 3.1).
std::string alpn_list(const std::vector<std::string>& names);

/// The library's options for one connect, and the memory behind them but for `request.alpn`.
class ConnectOptions {
 public:
  ConnectOptions(const MqttSettings& settings, const ConnectRequest& request);
  ConnectOptions(const ConnectOptions&) = delete;
  ConnectOptions& operator=(const ConnectOptions&) = delete;

  /// Callbacks and their contexts are still to be filled in.
  MQTTAsync_connectOptions& c_struct() { return options_; }
  MQTTAsync_SSLOptions& tls() { return tls_; }

 private:
  void set_version(const MqttSettings& settings, const ConnectRequest& request);
  void set_credentials();
  void set_will(const MqttSettings& settings, const std::string& client_id);
  void set_tls(const std::string& alpn);

  std::string user_;
  std::string password_;
  TlsSettings tls_settings_;
  StatusMessage will_message_;
  ::mqtt::properties properties_;
  MQTTAsync_SSLOptions tls_ = MQTTAsync_SSLOptions_initializer;
  MQTTAsync_willOptions will_ = MQTTAsync_willOptions_initializer;
  MQTTAsync_connectOptions options_{};
};

}  // namespace bridge::mqtt
