#include "validate.h"

#include <algorithm>
#include <set>

#include "bridge/core/error.h"
#include "bridge/core/server_scheme.h"
#include "bridge/core/status_topic.h"
#include "bridge/core/topic.h"
#include "checks.h"
#include "text_file.h"

namespace bridge::config {
namespace {

void check_subscriptions(Loading& loading) {
  std::set<std::string> seen;
  for (const Subscription& subscription : loading.settings.mqtt.subscribe) {
    if (seen.insert(subscription.topic_filter).second) continue;
    loading.refuse("mqtt.subscribe", "holds \"" + subscription.topic_filter + "\" twice");
  }
}

/// The Topic Name of a Will or a birth message, once its `{client_id}` is known.
void check_status_topic(std::string_view key, const StatusMessage& message, Loading& loading) {
  if (message.topic.empty()) return;
  try {
    check_topic_name(status_topic(message, loading.settings.mqtt.client_id));
  } catch (const Error& error) {
    loading.refuse(key, error.what());
  }
}

void check_readable(std::string_view key, const std::string& path, Loading& loading) {
  if (path.empty()) return;
  if (const TextFile file(path); !file.problem().empty()) loading.refuse(key, file.problem());
}

void check_tls(Loading& loading) {
  const MqttSettings& mqtt = loading.settings.mqtt;
  check_readable("mqtt.tls.ca_file", mqtt.tls.ca_file, loading);
  check_readable("mqtt.tls.cert_file", mqtt.tls.cert_file, loading);
  check_readable("mqtt.tls.key_file", mqtt.tls.key_file, loading);
  if (!mqtt.tls.key_file.empty() && mqtt.tls.cert_file.empty())
    loading.refuse("mqtt.tls.key_file", "needs mqtt.tls.cert_file, the certificate that it belongs to");
  if (!mqtt.tls.key_passphrase.empty() && mqtt.tls.cert_file.empty())
    loading.refuse("mqtt.tls.key_passphrase", "needs mqtt.tls.cert_file, the certificate whose key it opens");
  // Whoever names a CA believes that the connection is encrypted.
  if (mqtt.tls == TlsSettings{} || std::any_of(mqtt.servers.begin(), mqtt.servers.end(), speaks_tls)) return;
  const char* key = !mqtt.tls.ca_file.empty()          ? "mqtt.tls.ca_file"
                    : !mqtt.tls.cert_file.empty()      ? "mqtt.tls.cert_file"
                    : !mqtt.tls.key_file.empty()       ? "mqtt.tls.key_file"
                    : !mqtt.tls.key_passphrase.empty() ? "mqtt.tls.key_passphrase"
                                                       : "mqtt.tls.alpn";
  loading.refuse(key, "is set, but no server uses TLS; write mqtt.servers = [\"ssl://host:8883\"]");
}

void check_credentials(Loading& loading) {
  const MqttSettings& mqtt = loading.settings.mqtt;
  if (mqtt.version == 3 && mqtt.user.empty() && !mqtt.password.empty()) {
    // MQTT 3.1.1, 3.1.2.9
    loading.refuse("mqtt.password", "needs mqtt.user: MQTT 3.1.1 has no password without a user name");
  }
}

void check_http_tls(Loading& loading) {
  const HttpTlsSettings& tls = loading.settings.http.tls;
  check_readable("http.tls.cert_file", tls.cert_file, loading);
  check_readable("http.tls.key_file", tls.key_file, loading);
  check_readable("http.tls.client_ca_file", tls.client_ca_file, loading);
  if (tls.cert_file.empty() != tls.key_file.empty())
    loading.refuse(tls.cert_file.empty() ? "http.tls.key_file" : "http.tls.cert_file",
                   "needs the other one: a certificate and its private key");
  if (!tls.client_ca_file.empty() && tls.cert_file.empty())
    loading.refuse("http.tls.client_ca_file", "needs http.tls.cert_file: clients show theirs in TLS only");
}

void check_http(Loading& loading) {
  const HttpSettings& http = loading.settings.http;
  const bool authenticates = !http.tls.client_ca_file.empty();
  if (!is_loopback(http.address) && !http.anonymous && !authenticates) {
    loading.refuse("http.address",
                   "is not a loopback address; that needs http.anonymous = true, since no "
                   "authentication is configured");
  }
  check_http_tls(loading);
  if (http.max_arriving < http.max_body)
    loading.refuse("http.max_arriving", "must not be smaller than http.max_body");
  if (http.max_body_time < http.body_timeout)
    loading.refuse("http.max_body_time", "must not be shorter than http.body_timeout");
  if (http.max_target > http.max_head)
    loading.refuse("http.max_target", "must not be larger than http.max_head");
}

}  // namespace

void validate(Loading& loading) {
  check_subscriptions(loading);
  check_status_topic("mqtt.will.topic", loading.settings.mqtt.will, loading);
  check_status_topic("mqtt.birth.topic", loading.settings.mqtt.birth, loading);
  check_credentials(loading);
  check_tls(loading);
  check_http(loading);
}

}  // namespace bridge::config
