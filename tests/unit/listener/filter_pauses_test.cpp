#include "filter_pauses.h"

#include <gtest/gtest.h>

namespace bridge::listener {
namespace {

using namespace std::chrono_literals;
using Standing = FilterPauses::Standing;

class FilterPausesTest : public testing::Test {
 protected:
  FilterPauses pauses_;
  TimePoint now_{1h};
};

TEST_F(FilterPausesTest, SuspectsWhatWasUnderWayWhenTheConnectionEnded) {
  EXPECT_EQ(pauses_.standing("a", now_), Standing::trusted);
  pauses_.lost("a", false, 128, now_);
  EXPECT_EQ(pauses_.standing("a", now_), Standing::suspect);
}

TEST_F(FilterPausesTest, DoesNotLeaveOutAFilterForOneLossThatMayBeTheNetworks) {
  pauses_.lost("a", true, 128, now_);
  EXPECT_EQ(pauses_.standing("a", now_), Standing::suspect);
}

TEST_F(FilterPausesTest, LeavesOutASuspectThatWasUnderWayAlone) {
  pauses_.lost("a", false, 128, now_);
  pauses_.lost("a", true, 158, now_);
  EXPECT_EQ(pauses_.standing("a", now_ + 9s), Standing::left_out);
  EXPECT_EQ(pauses_.reason_code("a"), 158);
  EXPECT_EQ(pauses_.standing("a", now_ + 10s), Standing::suspect);
}

TEST_F(FilterPausesTest, DoublesThePauseUpToFiveMinutes) {
  pauses_.lost("a", false, 128, now_);
  std::vector<std::chrono::seconds> pauses;
  for (int i = 0; i < 7; ++i) {
    pauses_.lost("a", true, 128, now_);
    pauses.push_back(std::chrono::duration_cast<std::chrono::seconds>(*pauses_.next_end() - now_));
    now_ = *pauses_.next_end();
    EXPECT_TRUE(pauses_.take_ended(now_));
  }
  EXPECT_EQ(pauses, (std::vector<std::chrono::seconds>{10s, 20s, 40s, 80s, 160s, 300s, 300s}));
}

TEST_F(FilterPausesTest, TrustsAFilterOnceItIsGranted) {
  pauses_.lost("a", false, 128, now_);
  pauses_.granted("a");
  EXPECT_EQ(pauses_.standing("a", now_), Standing::trusted);
}

TEST_F(FilterPausesTest, TellsTheEndOfAPauseOnce) {
  pauses_.lost("a", false, 128, now_);
  pauses_.lost("a", true, 128, now_);
  EXPECT_FALSE(pauses_.take_ended(now_ + 9s));
  EXPECT_TRUE(pauses_.take_ended(now_ + 10s));
  EXPECT_FALSE(pauses_.take_ended(now_ + 11s));
  EXPECT_FALSE(pauses_.next_end());
}

TEST_F(FilterPausesTest, ForgetsTheOldestWhenCallersNameEverNewFilters) {
  for (std::size_t i = 0; i <= FilterPauses::capacity; ++i, now_ += 1s)
    pauses_.lost(std::to_string(i), false, 128, now_);
  EXPECT_EQ(pauses_.standing("0", now_), Standing::trusted);
  EXPECT_EQ(pauses_.standing("1", now_), Standing::suspect);
}

}  // namespace
}  // namespace bridge::listener
