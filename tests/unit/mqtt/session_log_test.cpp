#include "session_log.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "fakes/memory_logger.h"

namespace bridge::mqtt {
namespace {

class FallBackLinesTest : public ::testing::Test {
 protected:
  void connect(int version, int wanted_version = 5) {
    BrokerLimits limits;
    limits.protocol_version = version;
    log_.connected(limits, wanted_version);
  }
  auto lines() const {
    return std::count_if(logger_.lines.begin(), logger_.lines.end(), [](const std::string& line) {
      return line.find("no reason codes") != std::string::npos;
    });
  }

  MemoryLogger logger_;
  SessionLog log_{logger_};
};

TEST_F(FallBackLinesTest, TellOnceThat5WasWantedAnd3Came) {
  connect(4);
  EXPECT_EQ(lines(), 1);
  connect(4);
  EXPECT_EQ(lines(), 1) << "not at each reconnect";
  connect(5);
  connect(4);
  EXPECT_EQ(lines(), 2) << "it has spoken 5 meanwhile";
}

TEST_F(FallBackLinesTest, AreNotRepeatedWhenThe3ThatWasTriedIsTaken) {
  log_.falling_back();
  connect(4);
  EXPECT_EQ(lines(), 1);
}

TEST_F(FallBackLinesTest, AreForNobodyWhoWanted3) {
  connect(4, 3);
  EXPECT_EQ(lines(), 0);
}

}  // namespace
}  // namespace bridge::mqtt
