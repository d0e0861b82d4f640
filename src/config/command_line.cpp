#include <CLI/CLI.hpp>

#include <algorithm>

#include "bridge/config/load.h"
#include "bridge/core/escape.h"
#include "print.h"

namespace bridge {
namespace {

constexpr int ex_config = 78;  // sysexits.h

constexpr const char* footer_text = R"(
Environment:
  Every setting has a variable, its key in capitals:
  {examples}.
  Lists are separated by commas. An empty variable counts as not set. Flags
  win over the environment, the environment over the file, the file over the
  built-in default. There is no flag for the password, since other users of the
  machine could read it: use {secrets}.

Files:
  FILE is TOML. The manual of all settings is bridge.toml, installed with this
  program. Without --config no file is read.
  State is kept in $STATE_DIRECTORY, else $XDG_STATE_HOME/mqtt-rest-bridge, else
  ~/.local/state/mqtt-rest-bridge, unless state_dir or --state-dir say otherwise.

Exit status:
  0   stopped by SIGTERM or SIGINT; or --check found no fault; or healthcheck
      found it healthy
  78  the command line or the configuration is faulty
  1   any other failure, such as a port that is in use)";

constexpr const char* healthcheck_text =
    "Asks a running one, by the settings that it was started with, whether it is healthy";

constexpr const char* healthcheck_footer = R"(
It takes the other options and variables, too. Exit status: 0 if GET /healthz
(--ready: GET /readyz) was answered 200, else 1 and a line that says why;
78 for a command line that is at fault.)";

std::string variables_of(std::initializer_list<std::string_view> keys, std::string_view between) {
  std::string text;
  for (const std::string_view key : keys)
    text += (text.empty() ? "" : std::string(between)) + config::variable_of(key);
  return text;
}

std::string with(std::string text, const std::string& mark, const std::string& replacement) {
  return text.replace(text.find(mark), mark.size(), replacement);
}

std::string footer() {
  const std::string text =
      with(footer_text, "{secrets}", variables_of({"mqtt.password_file", "mqtt.password"}, " or "));
  return with(text, "{examples}",
              "[http] max_body is " + config::variable_of("http.max_body") + ", [mqtt.tls] ca_file " +
                  config::variable_of("mqtt.tls.ca_file"));
}

void add_flags(CLI::App& app, CommandLine& result) {
  Settings defaults;
  for (const config::Setting& setting : config::all_settings()) {
    const config::Flag& flag = setting.flag;
    if (flag.name.empty()) continue;
    const std::string name(flag.name);
    const std::string value = config::print_value(setting, defaults);
    const std::string help = std::string(flag.help) + (value == "\"\"" ? "" : " (default " + value + ")");
    const bool repeatable =
        std::holds_alternative<config::Reference<std::vector<Subscription>>>(setting.field);
    // One value at a time: where an option may have several, CLI11 2.6 takes `[c]` apart.
    std::function<void(const std::string&)> take;
    if (repeatable)
      take = [&result](const std::string& text) { result.subscribe.push_back(text); };
    else
      take = [&result, key = std::string(setting.key)](const std::string& text) {
        result.settings[key] = text;
      };
    CLI::Option* option = app.add_option_function<std::string>(name, take, help);
    if (repeatable) option->trigger_on_parse()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    option->type_name(std::string(flag.value_name))->group("Settings");
  }
}

CommandLine show(std::string text, int exit_status) {
  CommandLine result;
  result.action = CommandLine::Action::show_text;
  result.text = std::move(text);
  result.exit_status = exit_status;
  return result;
}

CommandLine refuse(const std::string& what) {
  return show("mqtt-rest-bridge: " + escape_line(what, 400) + "\nTry 'mqtt-rest-bridge --help'.\n",
              ex_config);
}

/// Refuses arguments that no flag takes. The words do not repeat a value: it may be a secret.
CommandLine refuse_extras(const std::vector<std::string>& extras) {
  const auto is_flag = [](const std::string& text) { return text.starts_with('-'); };
  const auto flag = std::find_if(extras.begin(), extras.end(), is_flag);
  if (flag == extras.end()) return refuse("there is an argument that belongs to no flag");
  const std::string name = flag->substr(0, flag->find('='));
  if (name.find("pass") == name.npos) return refuse("there is no flag " + name);
  return refuse("there is no flag for a password; use MQTT_PASSWORD or the setting mqtt.password_file");
}

struct ActionFlags {
  bool check = false;
  bool print_config = false;
  bool version = false;
  bool healthcheck = false;
};

void add_healthcheck(CLI::App& app, ActionFlags& actions, CommandLine& result) {
  CLI::App* command = app.add_subcommand("healthcheck", healthcheck_text);
  command->fallthrough();  // the settings stand before it or behind it
  command->footer(healthcheck_footer);
  command->add_flag("--ready", result.ready, "ask whether it is ready, not only whether it serves");
  command->callback([&actions] { actions.healthcheck = true; });
}

void add_actions(CLI::App& app, ActionFlags& actions, CommandLine& result) {
  app.set_help_flag("--help", "show this text and exit");
  app.add_flag("--version", actions.version, "show the version and exit");
  app.add_option("--config", result.config_file, "file with settings")
      ->type_name("FILE")
      ->check(
          [](const std::string& name) { return name.empty() ? "needs the name of a file" : std::string(); });
  app.add_flag("--check", actions.check, "check all settings, print every fault, and exit");
  app.add_flag("--print-config", actions.print_config, "print all settings, with passwords masked, and exit");
}

}  // namespace

CommandLine parse_command_line(int argc, const char* const* argv, const std::string& version) {
  CommandLine result;
  ActionFlags actions;
  CLI::App app("Publishes to an MQTT broker what is posted over HTTP, and logs what it subscribes to.\n",
               "mqtt-rest-bridge");
  app.footer(footer());
  app.allow_extras();
  add_actions(app, actions, result);
  add_flags(app, result);
  add_healthcheck(app, actions, result);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return show(app.help(), 0);
  } catch (const CLI::ParseError& error) {
    return refuse(error.what());
  }
  if (const auto extras = app.remaining(true); !extras.empty()) return refuse_extras(extras);
  if (actions.version) return show("mqtt-rest-bridge " + version + "\n", 0);
  if (actions.check && actions.print_config) return refuse("--check and --print-config exclude each other");
  if (actions.healthcheck) {
    if (actions.check || actions.print_config)
      return refuse("healthcheck stands without --check and --print-config");
    result.action = CommandLine::Action::healthcheck;
  }
  if (actions.check) result.action = CommandLine::Action::check;
  if (actions.print_config) result.action = CommandLine::Action::print_config;
  return result;
}

}  // namespace bridge
