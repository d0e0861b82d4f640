#include <regex>
#include <set>
#include <sstream>

#include "given.h"
#include "setting.h"

namespace bridge {
namespace {

const std::string folder = std::string(BRIDGE_SOURCE_DIR) + "/config/";

LoadedSettings load_file(const std::string& name) {
  CommandLine line;
  line.config_file = folder + name;
  return load_settings(line, {});
}

std::string manual() {
  std::stringstream text;
  text << std::ifstream(folder + "bridge.toml").rdbuf();
  return text.str();
}

TEST(ManualTest, SaysWhatTheDefaultsAre) {
  const LoadedSettings loaded = load_file("bridge.toml");
  for (const Fault& fault : loaded.faults) ADD_FAILURE() << print_fault(fault);
  Settings expected;
  expected.state_dir = "none";  // as an empty one means if no variable is set
  EXPECT_EQ(loaded.settings, expected);
}

TEST(ManualTest, HasEverySettingOnceWithAComment) {
  std::istringstream lines(manual());
  std::map<std::string, int> seen;
  std::string section;
  std::string before;
  for (std::string line; std::getline(lines, line); before = line) {
    if (line.starts_with('[')) section = line.substr(1, line.size() - 2) + ".";
    if (line.empty() || line.starts_with('[') || line.starts_with('#')) continue;
    ++seen[section + line.substr(0, line.find(" = "))];
    EXPECT_TRUE(before.starts_with("# ")) << line << " has no explanation";
  }
  for (const config::Setting& setting : config::all_settings()) {
    EXPECT_EQ(seen[std::string(setting.key)], 1) << setting.key;
  }
  EXPECT_EQ(seen.size(), config::all_settings().size());
}

TEST(ManualTest, NamesEveryFlag) {
  const std::string text = manual();
  for (const config::Setting& setting : config::all_settings()) {
    EXPECT_NE(text.find(setting.flag.name), text.npos) << setting.flag.name;
  }
}

/// All names in capitals with a `_` in them.
std::vector<std::string> variables_in(const std::string& text) {
  static const std::regex name("[A-Z][A-Z0-9]*(_[A-Z0-9]+)+");
  std::vector<std::string> names;
  for (std::sregex_iterator found(text.begin(), text.end(), name), end; found != end; ++found)
    names.push_back(found->str());
  return names;
}

TEST(ManualTest, SaysTheRuleOfTheVariablesFirstAndNamesNoneThatIsNotRead) {
  const std::string text = manual();
  const std::string top = text.substr(0, text.find("state_dir ="));
  for (const char* key : {"http.max_body", "mqtt.tls.ca_file", "state_dir", "mqtt.password_file"}) {
    ASSERT_NE(config::find_setting(key), nullptr) << key;
    EXPECT_NE(top.find(config::variable_of(key)), top.npos) << key;
  }
  std::set<std::string> read = {"STATE_DIRECTORY", "XDG_STATE_HOME", "CREDENTIALS_DIRECTORY"};
  for (const config::Setting& setting : config::all_settings()) read.insert(config::variable_of(setting.key));
  for (const std::string& name : variables_in(text)) EXPECT_TRUE(read.contains(name)) << name;
}

TEST(ManualTest, TheLocalFileIsForABrokerOnThisMachine) {
  const LoadedSettings loaded = load_file("local.toml");
  for (const Fault& fault : loaded.faults) ADD_FAILURE() << print_fault(fault);
  EXPECT_EQ(loaded.settings.mqtt.server, "127.0.0.1");
  EXPECT_EQ(loaded.settings.mqtt.port, 1883);
}

}  // namespace
}  // namespace bridge
