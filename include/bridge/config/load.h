#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "bridge/core/key_fault.h"
#include "bridge/core/settings.h"

namespace bridge {

/// One thing that is wrong with a setting: where it was found ("bridge.toml:12", "MQTT_PORT", "--mqtt-port"),
/// which key it is ("mqtt.port"), and a sentence that says what is wrong and what is allowed.
struct Fault {
  std::string place;
  std::string key;
  std::string what;
};

/// The settings, or all that is wrong with them. Usable only if `faults` is empty.
struct LoadedSettings {
  Settings settings;
  std::vector<Fault> faults;
  std::vector<Fault> warnings;  // no reason not to start, but hardly what was meant
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

/// Judges what takes more than this folder knows. It is given settings that may be faulty.
using FurtherCheck = std::function<std::vector<KeyFault>(const Settings&)>;

/// Flags win over environment, environment over file, file over built-in default. Unknown keys, wrong types
/// and impossible values are faults, and so is what `further` finds, unless its key has one already; all of
/// them are told at once. Each key has an environment variable, its name in capitals with `_` for each dot;
/// another one that looks as if it were ours is a warning.
LoadedSettings load_settings(const CommandLine& command_line, const Environment& environment,
                             const FurtherCheck& further = {});

/// The settings as TOML that load_settings() would read back, with secrets masked ("***").
std::string print_settings(const Settings& settings);

/// @return true if the fault leaves open where a running bridge is to be asked, and how it shows itself; with
///   others it can be asked all the same.
bool decides_where_to_listen(const Fault& fault);

/// One line a fault, as `--check` prints it: "bridge.toml:12: mqtt.port: must be 1 to 65535".
std::string print_fault(const Fault& fault);

}  // namespace bridge
