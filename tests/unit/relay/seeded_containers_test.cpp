// A client chooses the texts that are keys of hash tables, so the hash must have a key that no client knows.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

namespace bridge {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> hash_tables_without_a_key(const fs::path& folder) {
  static const std::regex table(R"(unordered_(multi)?(map|set)<\s*(const )?std::string)");
  static const std::regex hash(R"(std::hash<std::string)");
  std::vector<std::string> found;
  for (const auto& file : fs::recursive_directory_iterator(folder)) {
    if (!file.is_regular_file()) continue;
    std::ifstream text(file.path());
    for (std::string line; std::getline(text, line);) {
      const bool has_key = line.find("SeededHash") != std::string::npos;
      if ((std::regex_search(line, table) && !has_key) || std::regex_search(line, hash))
        found.push_back(file.path().filename().string() + ": " + line);
    }
  }
  return found;
}

TEST(SeededContainersTest, NoHashTableOfTextsIsWithoutAKeyOfOurs) {
  const fs::path root = BRIDGE_SOURCE_DIR;
  for (const char* folder : {"core", "log", "outbox", "relay"}) {
    for (const fs::path& sources : {root / "src" / folder, root / "include/bridge" / folder}) {
      ASSERT_TRUE(fs::exists(sources)) << sources;
      EXPECT_EQ(hash_tables_without_a_key(sources), std::vector<std::string>());
    }
  }
}

}  // namespace
}  // namespace bridge
