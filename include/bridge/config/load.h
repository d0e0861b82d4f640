#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "bridge/core/key_fault.h"
#include "bridge/core/settings.h"

namespace bridge {

/// A fault of a setting: its place ("bridge.toml:12", "MQTT_PORT", "--mqtt-port"), its key ("mqtt.port"), and
/// a sentence that says what is wrong and what is allowed.
struct Fault {
  std::string place;
  std::string key;
  std::string what;
};

/// The settings, or all their faults. Usable only if `faults` is empty.
struct LoadedSettings {
  Settings settings;
  std::vector<Fault> faults;
  std::vector<Fault> warnings;  // settings that are possible, but hardly meant
};

/// A parsed command line: what to do, which file to read, and settings by their key ("mqtt.port").
struct CommandLine {
  enum class Action { run, check, print_config, healthcheck, show_text };
  Action action = Action::run;
  bool ready = false;                           // healthcheck: /readyz instead of /healthz
  std::string text;                             // show_text: --help or --version, or what is wrong
  int exit_status = 0;                          // show_text: 0, or 78 (EX_CONFIG) for a faulty command line
  std::string config_file;                      // empty: none
  std::map<std::string, std::string> settings;  // key → value as text
  std::vector<std::string> subscribe;           // --subscribe, repeatable
};

/// The environment variables, by name.
using Environment = std::map<std::string, std::string>;

/// The process's own.
Environment process_environment();

CommandLine parse_command_line(int argc, const char* const* argv, const std::string& version);

/// A check that needs more than this folder knows (certificates, say). The settings it gets may be faulty.
using FurtherCheck = std::function<std::vector<KeyFault>(const Settings&)>;

/// Flags win over environment, environment over file, file over built-in default. Unknown keys, wrong types
/// and impossible values are faults, and so are those that `further` finds, unless their key has one already.
/// All faults are told at once. Each key has an environment variable, its name in capitals with `_` for each
/// dot; another one that looks as if it were ours is a warning.
LoadedSettings load_settings(const CommandLine& command_line, const Environment& environment,
                             const FurtherCheck& further = {});

/// The settings as TOML that load_settings() would read back, with secrets masked ("***").
std::string print_settings(const Settings& settings);

/// @return true if the fault concerns the address or the certificate of a running bridge: a health check then
///   does not know whom to ask. With any other fault it asks all the same.
bool decides_where_to_listen(const Fault& fault);

/// One line a fault, as `--check` prints it: "bridge.toml:12: mqtt.port: must be 1 to 65535".
std::string print_fault(const Fault& fault);

}  // namespace bridge
