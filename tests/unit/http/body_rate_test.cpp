#include "body_rate.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

using namespace std::chrono_literals;

class BodyRateTest : public testing::Test {
 protected:
  BodyRateTest() {
    settings.body_timeout = 30s;
    settings.min_body_rate = 1000;
    settings.max_body_time = 600s;
    rate.begin(began);
  }
  std::optional<TimePoint> after(std::chrono::seconds time, std::size_t arrived) {
    return rate.next_deadline(began + time, arrived, settings);
  }

  const TimePoint began{1h};
  HttpSettings settings;
  BodyRate rate;
};

TEST_F(BodyRateTest, GivesOneTimeoutMoreToWhoKeepsTheRate) {
  EXPECT_EQ(after(30s, 100000), began + 60s);
  EXPECT_EQ(after(60s, 100001), began + 90s);
}

TEST_F(BodyRateTest, GivesNoMoreThanTheBytesHavePaidFor) { EXPECT_EQ(after(30s, 40000), began + 40s); }

TEST_F(BodyRateTest, EndsABodyThatIsTooSlow) { EXPECT_EQ(after(30s, 30000), std::nullopt); }

TEST_F(BodyRateTest, EndsABodyThatStopsHoweverFastItWas) {
  EXPECT_TRUE(after(30s, 500000));
  EXPECT_EQ(after(60s, 500000), std::nullopt);
}

TEST_F(BodyRateTest, EndsEveryBodyAtTheLongestTime) {
  EXPECT_EQ(after(590s, 1000000000), began + 600s);
  EXPECT_EQ(after(600s, 1000000001), std::nullopt);
}

TEST_F(BodyRateTest, GivesNoSecondTimeoutWithoutARate) {
  settings.min_body_rate = 0;
  EXPECT_EQ(after(30s, 1000000), std::nullopt);
}

TEST_F(BodyRateTest, CountsEachBodyFromItsBegin) {
  EXPECT_TRUE(after(30s, 40000));
  rate.begin(began + 40s);
  EXPECT_EQ(after(70s, 40000), began + 80s);
}

}  // namespace
}  // namespace bridge
