#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bridge/config/load.h"
#include "setting.h"

namespace bridge {
namespace {

CommandLine parse(const std::vector<const char*>& arguments) {
  std::vector<const char*> all = {"mqtt-rest-bridge"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return parse_command_line(static_cast<int>(all.size()), all.data(), "1.2.3");
}

TEST(CommandLineTest, RunsWithoutAnyFlag) {
  const CommandLine line = parse({});
  EXPECT_EQ(line.action, CommandLine::Action::run);
  EXPECT_TRUE(line.config_file.empty() && line.settings.empty() && line.subscribe.empty());
}

TEST(CommandLineTest, NamesTheFileAndTheAction) {
  EXPECT_EQ(parse({"--config", "a.toml"}).config_file, "a.toml");
  EXPECT_EQ(parse({"--check"}).action, CommandLine::Action::check);
  EXPECT_EQ(parse({"--print-config"}).action, CommandLine::Action::print_config);
}

TEST(CommandLineTest, GivesEveryFlagUnderTheKeyOfItsSetting) {
  for (const config::Setting& setting : config::all_settings()) {
    if (setting.flag.name.empty() || setting.key == "mqtt.subscribe") continue;
    const CommandLine line = parse({setting.flag.name.data(), "value"});
    EXPECT_EQ(line.action, CommandLine::Action::run) << line.text;
    EXPECT_EQ(line.settings, (std::map<std::string, std::string>{{std::string(setting.key), "value"}}));
  }
}

TEST(CommandLineTest, TakesOneFilterWithEachSubscribeAsItStands) {
  const CommandLine line =
      parse({"--subscribe", "a,b", "--subscribe", "[c]", "--subscribe={}", "--subscribe", ""});
  EXPECT_EQ(line.subscribe, (std::vector<std::string>{"a,b", "[c]", "{}", ""}));
  EXPECT_EQ(parse({"--subscribe", "a", "b"}).exit_status, 78);
}

TEST(CommandLineTest, TakesAnEmptyValueAsAValue) {
  const CommandLine line = parse({"--mqtt-user", ""});
  EXPECT_EQ(line.settings.at("mqtt.user"), "");
}

TEST(CommandLineTest, ShowsTheVersion) {
  const CommandLine line = parse({"--version"});
  EXPECT_EQ(line.action, CommandLine::Action::show_text);
  EXPECT_EQ(line.text, "mqtt-rest-bridge 1.2.3\n");
  EXPECT_EQ(line.exit_status, 0);
}

TEST(CommandLineTest, HelpNamesEveryFlagTheRuleOfVariablesAndTheExitStatus) {
  const CommandLine line = parse({"--help"});
  EXPECT_EQ(line.action, CommandLine::Action::show_text);
  EXPECT_EQ(line.exit_status, 0);
  std::vector<std::string> words = {"--config", "--check",         "--print-config", "--version",
                                    "--help",   "STATE_DIRECTORY", "XDG_STATE_HOME", "Exit status",
                                    "78",       "bridge.toml",     "healthcheck"};
  for (const config::Setting& setting : config::all_settings()) {
    words.emplace_back(setting.flag.name);
  }
  for (const char* key : {"http.max_body", "mqtt.tls.ca_file", "mqtt.password", "mqtt.password_file"})
    words.push_back(config::variable_of(key));
  for (const std::string& word : words) EXPECT_NE(line.text.find(word), std::string::npos) << word;
  EXPECT_EQ(line.text.find("--mqtt-password"), std::string::npos);
}

TEST(CommandLineTest, TellsWhatIsWrongInOneLineAndPointsToTheHelp) {
  const std::vector<std::pair<std::vector<const char*>, std::string>> rows = {
      {{"--mqtt-prot", "1"}, "there is no flag --mqtt-prot"},
      {{"--mqtt-prot=1"}, "there is no flag --mqtt-prot"},
      {{"-x"}, "there is no flag -x"},
      {{"--a\nb\x1b"}, "there is no flag --a\\nb\\x1b"},
      {{"stray"}, "there is an argument that belongs to no flag"},
      {{"--mqtt-port"}, "--mqtt-port: 1 required PORT missing"},
      {{"--mqtt-port", "1", "--mqtt-port", "2"}, "--mqtt-port: At Most 1 required but received 2"},
      {{"--config", ""}, "--config: needs the name of a file"},
      {{"--check", "--print-config"}, "--check and --print-config exclude each other"},
  };
  for (const auto& [arguments, what] : rows) {
    const CommandLine line = parse(arguments);
    EXPECT_EQ(line.action, CommandLine::Action::show_text);
    EXPECT_EQ(line.exit_status, 78);
    std::string text = line.text;
    if (const auto at = text.find("At most"); at != text.npos) text[at + 3] = 'M';  // so from CLI11 2.6 on
    EXPECT_EQ(text, "mqtt-rest-bridge: " + what + "\nTry 'mqtt-rest-bridge --help'.\n");
  }
}

TEST(CommandLineTest, AsksForHealthWithTheSettingsOnEitherSideOfTheWord) {
  const CommandLine alive = parse({"healthcheck"});
  EXPECT_EQ(alive.action, CommandLine::Action::healthcheck);
  EXPECT_FALSE(alive.ready);
  const CommandLine ready = parse({"--config", "a.toml", "healthcheck", "--ready", "--http-port", "1"});
  EXPECT_EQ(ready.action, CommandLine::Action::healthcheck) << ready.text;
  EXPECT_TRUE(ready.ready);
  EXPECT_EQ(ready.config_file, "a.toml");
  EXPECT_EQ(ready.settings.at("http.port"), "1");
  EXPECT_EQ(parse({"--subscribe", "healthcheck"}).action, CommandLine::Action::run) << "a filter";
}

TEST(CommandLineTest, RefusesWhatDoesNotGoWithHealth) {
  EXPECT_EQ(parse({"--ready"}).exit_status, 78);
  EXPECT_EQ(parse({"healthcheck", "--check"}).exit_status, 78);
  EXPECT_EQ(parse({"healthcheck", "--no-such"}).text,
            "mqtt-rest-bridge: there is no flag --no-such\nTry 'mqtt-rest-bridge --help'.\n");
  EXPECT_EQ(parse({"healthcheck", "--help"}).exit_status, 0);
}

TEST(CommandLineTest, DoesNotRepeatAPasswordThatSomebodyTriedToGive) {
  const std::vector<std::vector<const char*>> attempts = {{"--mqtt-password", "hunter2"},
                                                          {"--mqtt-password=hunter2"},
                                                          {"--password", "hunter2"},
                                                          {"-P", "hunter2"}};
  for (const auto& arguments : attempts) {
    const CommandLine line = parse(arguments);
    EXPECT_EQ(line.exit_status, 78);
    EXPECT_EQ(line.text.find("hunter2"), std::string::npos) << line.text;
  }
}

}  // namespace
}  // namespace bridge
