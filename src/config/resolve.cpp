#include "resolve.h"

#include "checks.h"
#include "text_file.h"

namespace bridge::config {
namespace {

constexpr std::size_t max_password_bytes = 65535;  // MQTT 5.0, 3.1.3.6

/// A server named by environment or flag wins over the file's list of them. A port alone wins only if some
/// server was named: with the built-in one, messages meant for the list would go to a public broker.
void resolve_servers(Loading& loading) {
  auto& servers = loading.settings.mqtt.servers;
  const Layer list = loading.layer_of("mqtt.servers");
  const Layer server = loading.layer_of("mqtt.server");
  const Layer port = loading.layer_of("mqtt.port");
  if (servers.empty() || (server <= list && port <= list)) return;
  if (server == Layer::built_in) {
    loading.refuse("mqtt.port", "does not apply to the list mqtt.servers; name a server beside it");
    return;
  }
  servers.clear();
}

void read_password_file(Loading& loading) {
  MqttSettings& mqtt = loading.settings.mqtt;
  const auto refuse = [&](const std::string& what) { loading.refuse("mqtt.password_file", what); };
  TextFile file(mqtt.password_file);
  if (!file.problem().empty()) return refuse(file.problem());
  if (file.is_open_to_others()) return refuse("must not be accessible to group or others (chmod 600)");
  auto password = file.read(max_password_bytes + 1);
  if (!password) return refuse("names a file whose content " + file.problem());
  if (password->ends_with('\n')) password->pop_back();
  if (password->empty()) return refuse("names an empty file");
  if (const std::string problem = check_text(*password); !problem.empty()) {
    return refuse("names a file whose content " + problem);
  }
  mqtt.password = *password;
}

void resolve_password(Loading& loading) {
  MqttSettings& mqtt = loading.settings.mqtt;
  if (mqtt.password_file.empty()) return;
  if (mqtt.password.empty()) return read_password_file(loading);
  if (loading.layer_of("mqtt.password") > loading.layer_of("mqtt.password_file")) {
    mqtt.password_file.clear();
  } else {
    loading.refuse("mqtt.password_file", "is set beside mqtt.password; only one of them can count");
  }
}

std::string default_state_dir(const Environment& environment) {
  // systemd lists all directories of a unit, the first is ours (systemd.exec(5), RuntimeDirectory=).
  if (const auto directories = environment("STATE_DIRECTORY"); directories && !directories->empty()) {
    return directories->substr(0, directories->find(':'));
  }
  // Relative paths are to be ignored (XDG Base Directory Specification).
  if (const auto home = environment("XDG_STATE_HOME"); home && home->starts_with('/')) {
    return *home + "/mqtt-rest-bridge";
  }
  if (const auto home = environment("HOME"); home && home->starts_with('/')) {
    return *home + "/.local/state/mqtt-rest-bridge";
  }
  return "none";
}

}  // namespace

void resolve(const Environment& environment, Loading& loading) {
  resolve_servers(loading);
  resolve_password(loading);
  auto& state_dir = loading.settings.state_dir;
  if (state_dir.empty()) state_dir = default_state_dir(environment);
}

}  // namespace bridge::config
