#include "access_list.h"

#include <sys/xattr.h>

#include <cstdint>

#include "given.h"

namespace bridge::config {
namespace {

constexpr uid_t self = 1000;
constexpr std::uint16_t owner = 0x01, user = 0x02, owning_group = 0x04, group = 0x08, mask = 0x10,
                        others = 0x20;
constexpr std::uint16_t r = 4, none = 0;

struct Entry {
  std::uint16_t tag;
  std::uint16_t rights;
  std::uint32_t id = 0xFFFFFFFF;
};

std::string little_endian(std::uint32_t value, std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(value >> 8 * i & 0xFF);
  return bytes;
}

std::string list_of(const std::vector<Entry>& entries) {
  std::string bytes = little_endian(2, 4);
  for (const Entry& entry : entries)
    bytes += little_endian(entry.tag, 2) + little_endian(entry.rights, 2) + little_endian(entry.id, 4);
  return bytes;
}

bool is_open(const std::vector<Entry>& entries) { return grants_rights_to_others(list_of(entries), self); }

TEST(AccessListTest, TakesTheUserThatAServiceManagerNames) {
  EXPECT_FALSE(is_open({{owner, r}, {user, r, self}, {owning_group, none}, {mask, r}, {others, none}}));
  EXPECT_FALSE(is_open({{owner, r}, {user, r, 0}, {owning_group, none}, {mask, r}, {others, none}}));
  EXPECT_FALSE(is_open({{owner, r}, {owning_group, none}, {others, none}}));
}

TEST(AccessListTest, RefusesWhoeverElseMayReadOrWrite) {
  EXPECT_TRUE(is_open({{owner, r}, {owning_group, r}, {others, none}}));
  EXPECT_TRUE(is_open({{owner, r}, {owning_group, none}, {others, r}}));
  EXPECT_TRUE(is_open({{owner, r}, {user, r, self}, {owning_group, r}, {mask, r}, {others, none}}));
  EXPECT_TRUE(is_open({{owner, r}, {user, r, 1001}, {owning_group, none}, {mask, r}, {others, none}}));
  EXPECT_TRUE(is_open({{owner, r}, {owning_group, none}, {group, 2, self}, {mask, 6}, {others, none}}));
}

TEST(AccessListTest, CountsNobodyBeyondTheMask) {
  EXPECT_FALSE(is_open({{owner, r}, {user, r, 1001}, {owning_group, r}, {mask, none}, {others, none}}));
  EXPECT_TRUE(is_open({{owner, r}, {user, r, 1001}, {owning_group, none}, {mask, none}, {others, r}}))
      << "others have no mask";
}

TEST(AccessListTest, RefusesWhatTheKernelDoesNotWrite) {
  const std::string good = list_of({{owner, r}, {owning_group, none}, {others, none}});
  EXPECT_FALSE(grants_rights_to_others(good, self));
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_TRUE(grants_rights_to_others(good.substr(0, size), self)) << size;
  EXPECT_TRUE(grants_rights_to_others(good + '\0', self));
  std::string version = good;
  version[0] = 3;
  EXPECT_TRUE(grants_rights_to_others(version, self));
  EXPECT_TRUE(is_open({{owner, r}, {user, none, self}, {owning_group, none}, {others, none}})) << "no mask";
  EXPECT_TRUE(is_open({{owner, r}, {owner, r}, {owning_group, none}, {others, none}})) << "twice";
  EXPECT_TRUE(is_open({{owner, r}, {owning_group, none}, {others, none}, {0x40, r}})) << "no such tag";
  EXPECT_TRUE(is_open({{owner, r}, {0x06, none}, {owning_group, none}, {others, none}})) << "no such tag";
  EXPECT_TRUE(is_open({{owner, 8}, {owning_group, none}, {others, none}})) << "no such right";
}

/// A password file with this list, as `setfacl` would make it.
std::string with_list(const TemporaryDirectory& directory, const std::vector<Entry>& entries) {
  std::string file = directory.write("secret", "hunter2\n");
  const std::string bytes = list_of(entries);
  EXPECT_EQ(setxattr(file.c_str(), access_list_attribute, bytes.data(), bytes.size(), 0), 0)
      << "the file system of " << directory.path() << " has no access control lists";
  return file;
}

TEST(AccessListTest, ThePasswordFileOfSystemdIsTaken) {
  Given given;
  given.variables = {{"MQTT_USER", "u"}};
  // root:root 0440, and readable for the service: the bits of the group are the mask of the list
  given.variables["MQTT_PASSWORD_FILE"] =
      with_list(given.directory,
                {{owner, r}, {user, r, geteuid() + 1}, {owning_group, none}, {mask, r}, {others, none}});
  struct stat status {};
  ASSERT_EQ(stat(given.variables["MQTT_PASSWORD_FILE"].c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0440u);
  EXPECT_NE(given.faults(), "") << "for another user, elsewhere";
  given.variables["CREDENTIALS_DIRECTORY"] = given.directory.path();
  EXPECT_EQ(given.settings().mqtt.password, "hunter2") << "what the service manager has put there";
  given.variables["CREDENTIALS_DIRECTORY"] = given.directory.path() + "/other";
  EXPECT_NE(given.faults(), "");
}

TEST(AccessListTest, APasswordFileForThisUserAloneIsTakenAnywhere) {
  Given given;
  given.variables = {{"MQTT_USER", "u"}};
  given.variables["MQTT_PASSWORD_FILE"] = with_list(
      given.directory, {{owner, r}, {user, r, geteuid()}, {owning_group, none}, {mask, r}, {others, none}});
  EXPECT_EQ(given.settings().mqtt.password, "hunter2");
  with_list(given.directory,
            {{owner, r}, {user, r, geteuid()}, {owning_group, r}, {mask, r}, {others, none}});
  EXPECT_EQ(
      given.faults(),
      "MQTT_PASSWORD_FILE: mqtt.password_file: must not be accessible to group or others (chmod 600)\n");
}

TEST(AccessListTest, OnlyWhatIsReallyBelowIsACredential) {
  Given given;
  given.directory.write("secret", "hunter2", 0644);
  std::filesystem::create_directory(given.directory.path() + "/credentials");
  given.variables = {{"CREDENTIALS_DIRECTORY", given.directory.path() + "/credentials"},
                     {"MQTT_PASSWORD_FILE", given.directory.path() + "/credentials/../secret"}};
  EXPECT_NE(given.faults(), "");
  given.variables["CREDENTIALS_DIRECTORY"] = ".";
  EXPECT_NE(given.faults(), "");
}

}  // namespace
}  // namespace bridge::config
