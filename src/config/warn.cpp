#include "warn.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "nearest.h"

namespace bridge::config {
namespace {

/// Names that other programs read or set: a proxy for HTTP, the fields of a request (CGI, RFC 3875, 4.1.18),
/// and what Kubernetes and Docker tell about a service that is called `mqtt` or `http`.
constexpr auto names_of_others =
    std::to_array<std::string_view>({"HTTP_PROXY", "HTTP_USER_AGENT", "HTTP_REFERER", "HTTP_ACCEPT",
                                     "HTTP_COOKIE", "HTTP_X_", "HTTP_SERVICE_", "HTTP_PORT_", "HTTP_NAME",
                                     "HTTP_ENV_", "MQTT_SERVICE_", "MQTT_PORT_", "MQTT_NAME", "MQTT_ENV_"});

bool looks_like_ours(std::string_view name) {
  const auto begins = [&](std::string_view beginning) { return name.starts_with(beginning); };
  return (begins("MQTT_") || begins("HTTP_")) &&
         std::none_of(names_of_others.begin(), names_of_others.end(), begins);
}

bool is_ours(std::string_view name) {
  return std::any_of(all_settings().begin(), all_settings().end(),
                     [&](const Setting& setting) { return variable_of(setting.key) == name; });
}

void warn_of_unknown_variables(const Environment& environment, Loading& loading) {
  for (const auto& [name, value] : environment) {
    if (!looks_like_ours(name) || is_ours(name)) continue;
    const std::string nearest = nearest_variable(name);
    loading.warnings.push_back(
        {name, "",
         "is not a variable of this program" + (nearest.empty() ? "" : "; did you mean " + nearest + "?")});
  }
}

void warn_of_credentials(Loading& loading) {
  const MqttSettings& mqtt = loading.settings.mqtt;
  if (!mqtt.user.empty() || mqtt.password.empty()) return;
  loading.warn(mqtt.password_file.empty() ? "mqtt.password" : "mqtt.password_file",
               "is set, but mqtt.user is not; most brokers take no password without a user name");
}

void warn_of_public_broker(Loading& loading) {
  if (!loading.faults.empty()) return;  // one of them may be a server
  const bool chosen =
      loading.layer_of("mqtt.server") != Layer::built_in || !loading.settings.mqtt.servers.empty();
  if (chosen) return;
  loading.warn("mqtt.server", "no broker is set, so all messages go to the public " + Settings{}.mqtt.server +
                                  ", where anybody can read them; set MQTT_SERVER");
}

}  // namespace

void warn(const Environment& environment, Loading& loading) {
  warn_of_unknown_variables(environment, loading);
  warn_of_credentials(loading);
  warn_of_public_broker(loading);
}

}  // namespace bridge::config
