#include <sstream>

#include "given.h"
#include "setting.h"

namespace bridge {
namespace {

const std::string folder = std::string(BRIDGE_SOURCE_DIR) + "/config/";

LoadedSettings load_file(const std::string& name) {
  CommandLine line;
  line.config_file = folder + name;
  return load_settings(line, [](const std::string&) { return std::nullopt; });
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
  expected.state_dir = "none";  // what an empty one means where no variable is set
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

TEST(ManualTest, NamesEveryFlagAndVariable) {
  const std::string text = manual();
  for (const config::Setting& setting : config::all_settings()) {
    EXPECT_NE(text.find(setting.flag.name), text.npos) << setting.flag.name;
    EXPECT_NE(text.find(setting.environment), text.npos) << setting.environment;
  }
}

TEST(ManualTest, TheLocalFileIsForABrokerOnThisMachine) {
  const LoadedSettings loaded = load_file("local.toml");
  for (const Fault& fault : loaded.faults) ADD_FAILURE() << print_fault(fault);
  EXPECT_EQ(loaded.settings.mqtt.server, "127.0.0.1");
  EXPECT_EQ(loaded.settings.mqtt.port, 1883);
}

}  // namespace
}  // namespace bridge
