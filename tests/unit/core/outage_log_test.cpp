#include "bridge/core/outage_log.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

using namespace std::chrono_literals;

TEST(OutageLogTest, TellsTheFirstFiveFailuresAndThenOneEveryHalfMinute) {
  OutageLog log;
  auto now = TimePoint{} + 1h;
  int lines = 0;
  for (int second = 0; second < 65; ++second, now += 1s) lines += log.worth_a_line(now) ? 1 : 0;
  EXPECT_EQ(lines, 7);
}

TEST(OutageLogTest, TellsTheNextOutageFromItsBeginning) {
  OutageLog log;
  const auto now = TimePoint{} + 1h;
  for (int i = 0; i < 10; ++i) log.worth_a_line(now);
  EXPECT_FALSE(log.worth_a_line(now));
  log.connected();
  EXPECT_TRUE(log.worth_a_line(now));
}

}  // namespace
}  // namespace bridge
