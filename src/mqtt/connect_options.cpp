#include "connect_options.h"

#include "bridge/core/server_uri.h"

namespace bridge::mqtt {
namespace {

// A large window: with a small one the library sends 10 messages a second once it has been full.
constexpr int max_in_flight = 65535;
// Seconds. What a reconnect could not write at once is sent by the library's retry, and only there; nothing
// else may be repeated on a live connection (MQTT 5.0, 4.4.0-1).
constexpr int retry_interval = 1'000'000;

const char* or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

}  // namespace

std::string alpn_list(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += static_cast<char>(name.size()) + name;
  return list;
}

ConnectOptions::ConnectOptions(const MqttSettings& settings, const ConnectRequest& request)
    : user_(settings.user), password_(settings.password), tls_settings_(settings.tls) {
  set_version(settings, request);
  options_.keepAliveInterval = static_cast<int>(settings.keepalive.count());
  options_.connectTimeout = static_cast<int>(settings.connect_timeout.count());
  options_.maxInflight = max_in_flight;
  options_.retryInterval = retry_interval;
  options_.automaticReconnect = 0;
  set_credentials();
  set_will(settings, request.client_id);
  if (speaks_tls(request.uri)) set_tls(request.alpn);
}

void ConnectOptions::set_version(const MqttSettings& settings, const ConnectRequest& request) {
  if (request.version != 5) {
    options_ = MQTTAsync_connectOptions_initializer;
    options_.MQTTVersion = MQTTVERSION_3_1_1;
    options_.cleansession = 1;  // a session of 3.1.1 has no expiry: it would stay with the broker for ever
    return;
  }
  options_ = MQTTAsync_connectOptions_initializer5;
  options_.cleanstart = request.clean_start ? 1 : 0;
  using ::mqtt::property;
  properties_.add(
      property(property::SESSION_EXPIRY_INTERVAL,
               static_cast<std::int32_t>(static_cast<std::uint32_t>(settings.session_expiry.count()))));
  options_.connectProperties = const_cast<MQTTProperties*>(&properties_.c_struct());  // only copied
}

void ConnectOptions::set_credentials() {
  options_.username = or_null(user_);
  if (password_.empty()) return;
  options_.binarypwd.len = static_cast<int>(password_.size());
  options_.binarypwd.data = password_.data();
}

void ConnectOptions::set_will(const MqttSettings& settings, const std::string& client_id) {
  if (settings.will.topic.empty()) return;
  will_message_ = settings.will;
  will_message_.topic = status_topic(settings.will, client_id);
  will_.topicName = will_message_.topic.c_str();
  will_.payload.len = static_cast<int>(will_message_.payload.size());
  will_.payload.data = will_message_.payload.data();
  will_.qos = static_cast<int>(will_message_.qos);
  will_.retained = will_message_.retain ? 1 : 0;
  options_.will = &will_;
}

void ConnectOptions::set_tls(const std::string& alpn) {
  // TLS 1.2 or newer comes from OpenSSL 3: at the security level the library sets, older versions are off.
  tls_.enableServerCertAuth = 1;
  tls_.verify = 1;  // the host name
  tls_.trustStore = or_null(tls_settings_.ca_file);
  tls_.disableDefaultTrustStore = tls_settings_.ca_file.empty() ? 0 : 1;
  tls_.keyStore = or_null(tls_settings_.cert_file);
  tls_.privateKey = or_null(tls_settings_.key_file);
  // empty: a key that is encrypted fails, instead of asking on a terminal
  tls_.privateKeyPassword = tls_settings_.key_passphrase.c_str();
  if (!alpn.empty()) {
    tls_.protos = reinterpret_cast<const unsigned char*>(alpn.data());
    tls_.protos_len = static_cast<unsigned>(alpn.size());
  }
  options_.ssl = &tls_;
}

}  // namespace bridge::mqtt
