#include "paho_options.h"

#include "bridge/core/server_scheme.h"

namespace bridge::listener {
namespace {

/// For a key that is encrypted: with no passphrase OpenSSL would ask on the terminal, and wait; with a wrong
/// one it fails. paho.mqtt.cpp cannot pass an empty one.
constexpr const char* no_passphrase = "none";

/// Sets no error handler: paho.mqtt.cpp 1.2 would call it in an object that is gone by then.
::mqtt::ssl_options tls_options(const TlsSettings& settings) {
  ::mqtt::ssl_options options;
  options.set_enable_server_cert_auth(true);
  options.set_verify(true);                                                  // the host name
  if (!settings.ca_file.empty()) options.set_trust_store(settings.ca_file);  // and then not the system's
  if (!settings.cert_file.empty()) {
    options.set_key_store(settings.cert_file);
    options.set_private_key(settings.key_file);
    options.set_private_key_password(settings.key_passphrase.empty() ? no_passphrase
                                                                     : settings.key_passphrase);
  }
  if (!settings.alpn.empty()) options.set_alpn_protos(settings.alpn);
  return options;
}

}  // namespace

::mqtt::connect_options paho_options(const MqttSettings& settings, const std::string& uri, int version,
                                     std::chrono::seconds keepalive) {
  ::mqtt::connect_options options;
  options.set_mqtt_version(version);
  if (version == 5)
    options.set_clean_start(true);
  else
    options.set_clean_session(true);
  options.set_keep_alive_interval(keepalive);
  options.set_connect_timeout(settings.connect_timeout);
  options.set_automatic_reconnect(false);
  if (!settings.user.empty()) options.set_user_name(settings.user);
  if (!settings.password.empty()) options.set_password(settings.password);
  if (speaks_tls(uri)) options.set_ssl(tls_options(settings.tls));
  return options;
}

}  // namespace bridge::listener
