#include "paho_repairs.h"

#include <gtest/gtest.h>

#include <MQTTAsync.h>

#include <string>

namespace bridge::mqtt {
namespace {

TEST(PahoRepairsTest, ArePartOfTheProgram) { EXPECT_TRUE(paho_is_repaired()); }

// They know how this version is laid out. With another one, look at each of them again.
TEST(PahoRepairsTest, AreForTheVersionOfTheLibraryThatIsLinked) {
  std::string version;
  for (const MQTTAsync_nameValue* info = MQTTAsync_getVersionInfo(); info->name != nullptr; ++info) {
    if (std::string(info->name) == "Version") version = info->value;
  }
  EXPECT_TRUE(version == "1.3.11" || version == "1.3.12") << version;
}

}  // namespace
}  // namespace bridge::mqtt
