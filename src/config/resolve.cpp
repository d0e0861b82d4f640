#include "resolve.h"

#include <filesystem>

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

std::string value_of(const Environment& environment, const std::string& name) {
  const auto variable = environment.find(name);
  return variable == environment.end() ? std::string() : variable->second;
}

/// @return true if the service manager has put the file there for this service alone (systemd.exec(5),
///   LoadCredential=). Its permissions are not checked then: systemd 257 uses an ACL on a file of root's with
///   mode 0440, which looks open to others.
bool is_credential(const std::string& path, const Environment& environment) {
  const std::filesystem::path directory = value_of(environment, "CREDENTIALS_DIRECTORY");
  if (!directory.is_absolute()) return false;
  const auto within =
      std::filesystem::path(path).lexically_normal().lexically_relative(directory.lexically_normal());
  return !within.empty() && within != "." && *within.begin() != "..";
}

/// A setting that is a secret, and the setting that names a file with it; only one of them can count.
struct Secret {
  std::string_view key;
  std::string& value;
  std::string_view file_key;
  std::string& file;
};

void read_secret_file(const Secret& secret, const Environment& environment, Loading& loading) {
  const auto refuse = [&](const std::string& what) { loading.refuse(secret.file_key, what); };
  TextFile file(secret.file);
  if (!file.problem().empty()) return refuse(file.problem());
  if (!is_credential(secret.file, environment) && file.is_open_to_others())
    return refuse("must not be accessible to group or others (chmod 600)");
  auto content = file.read(max_password_bytes + 1);
  if (!content) return refuse("names a file whose content " + file.problem());
  if (content->ends_with('\n')) content->pop_back();
  if (content->empty()) return refuse("names an empty file");
  if (const std::string problem = check_text(*content); !problem.empty())
    return refuse("names a file whose content " + problem);
  secret.value = *content;
}

void resolve_secret(const Secret& secret, const Environment& environment, Loading& loading) {
  if (secret.file.empty()) return;
  if (secret.value.empty()) return read_secret_file(secret, environment, loading);
  const Layer value = loading.layer_of(secret.key);
  const Layer file = loading.layer_of(secret.file_key);
  if (value > file) {
    secret.file.clear();
  } else if (file > value) {
    secret.value.clear();
    read_secret_file(secret, environment, loading);
  } else {
    loading.refuse(secret.file_key,
                   "is set beside " + std::string(secret.key) + "; only one of them can count");
  }
}

/// @return the directory of the state; empty if there is none.
std::string default_state_dir(const Environment& environment) {
  // systemd lists all directories of a unit, the first is ours (systemd.exec(5), RuntimeDirectory=).
  if (const std::string directories = value_of(environment, "STATE_DIRECTORY"); !directories.empty())
    return directories.substr(0, directories.find(':'));
  // Relative paths are to be ignored (XDG Base Directory Specification).
  if (const std::string home = value_of(environment, "XDG_STATE_HOME"); home.starts_with('/'))
    return home + "/mqtt-rest-bridge";
  if (const std::string home = value_of(environment, "HOME"); home.starts_with('/'))
    return home + "/.local/state/mqtt-rest-bridge";
  return {};
}

void resolve_state_dir(const Environment& environment, Loading& loading) {
  auto& state_dir = loading.settings.state_dir;
  if (!state_dir.empty()) return;
  state_dir = default_state_dir(environment);
  if (!state_dir.empty()) return;
  state_dir = "none";
  loading.warn(
      "state_dir",
      "there is no HOME, XDG_STATE_HOME or STATE_DIRECTORY, so nothing is kept and the outbox is off; "
      "name a directory, or set state_dir to none");
}

}  // namespace

void resolve(const Environment& environment, Loading& loading) {
  resolve_servers(loading);
  MqttSettings& mqtt = loading.settings.mqtt;
  resolve_secret({"mqtt.password", mqtt.password, "mqtt.password_file", mqtt.password_file}, environment,
                 loading);
  resolve_secret({"mqtt.tls.key_passphrase", mqtt.tls.key_passphrase, "mqtt.tls.key_passphrase_file",
                  mqtt.tls.key_passphrase_file},
                 environment, loading);
  resolve_state_dir(environment, loading);
}

}  // namespace bridge::config
