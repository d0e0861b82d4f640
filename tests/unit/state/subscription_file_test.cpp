#include "bridge/state/subscription_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <future>

#include "fakes/memory_logger.h"

namespace bridge {
namespace {

namespace fs = std::filesystem;

class SubscriptionFileTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    directory = fs::path(testing::TempDir()) / ("subscription_file_" + std::string(test->name()));
    fs::remove_all(directory);
  }
  void TearDown() override { fs::remove_all(directory); }

  bool save(SubscriptionFile& file, const std::vector<SubscriptionChange>& changes) {
    std::promise<bool> kept;
    file.save(changes, [&kept](bool was_kept) { kept.set_value(was_kept); });
    return kept.get_future().get();
  }

  fs::path directory;
  MemoryLogger logger;
};

TEST_F(SubscriptionFileTest, GivesBackWhatItKept) {
  const std::vector<SubscriptionChange> changes = {{"a/#", QoS::at_least_once}, {"\"ü\\", std::nullopt}};
  {
    SubscriptionFile file(directory, logger);
    EXPECT_TRUE(file.load().empty());
    EXPECT_TRUE(save(file, changes));
  }
  EXPECT_EQ(SubscriptionFile(directory, logger).load(), changes);
}

TEST_F(SubscriptionFileTest, MakesAPrivateDirectory) {
  const SubscriptionFile file(directory / "deep", logger);
  EXPECT_EQ(fs::status(directory / "deep").permissions() & fs::perms::all, fs::perms::owner_all);
}

TEST_F(SubscriptionFileTest, SetsADamagedFileAsideAndSaysSo) {
  for (const char* damaged :
       {"{", "[]", R"({"changes":[{"filter":"a/#/b"}]})", R"({"changes":[{"filter":"a","qos":7}]})"}) {
    fs::create_directories(directory);
    std::ofstream(directory / "subscriptions.json") << damaged;
    EXPECT_TRUE(SubscriptionFile(directory, logger).load().empty()) << damaged;
    EXPECT_TRUE(fs::exists(directory / "subscriptions.json.damaged"));
    EXPECT_NE(logger.lines.back().find("set aside"), std::string::npos);
  }
}

TEST_F(SubscriptionFileTest, SaysWhenTheDiskDoesNotTakeIt) {
  SubscriptionFile file(directory, logger);
  fs::create_directories(directory / "subscriptions.json" / "in the way");
  EXPECT_FALSE(save(file, {{"a", QoS::at_most_once}}));
}

TEST_F(SubscriptionFileTest, RefusesADirectoryThatCannotBe) {
  fs::create_directories(directory);
  std::ofstream(directory / "file") << "";
  EXPECT_THROW(SubscriptionFile(directory / "file" / "below", logger), std::exception);
}

}  // namespace
}  // namespace bridge
