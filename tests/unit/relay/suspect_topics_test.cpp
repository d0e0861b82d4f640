#include "suspect_topics.h"

#include <gtest/gtest.h>

#include "fakes/manual_clock.h"

namespace bridge {
namespace {

TEST(SuspectTopicsTest, SuspectsWhatWasSentShortlyBeforeTheLoss) {
  ManualClock clock;
  SuspectTopics topics;
  topics.sending("long ago", clock.now());
  clock.advance(SuspectTopics::before_a_loss);
  topics.sending("just now", clock.now());
  EXPECT_FALSE(topics.take("just now", clock.now())) << "nothing has happened yet";
  topics.lost(clock.now());
  EXPECT_FALSE(topics.take("long ago", clock.now()));
  EXPECT_TRUE(topics.take("just now", clock.now()));
  EXPECT_FALSE(topics.take("just now", clock.now())) << "one question is enough";
}

TEST(SuspectTopicsTest, ForgetsASuspicion) {
  ManualClock clock;
  SuspectTopics topics;
  topics.sending("a", clock.now());
  topics.lost(clock.now());
  clock.advance(SuspectTopics::memory);
  EXPECT_FALSE(topics.take("a", clock.now()));
}

TEST(SuspectTopicsTest, IsBounded) {
  ManualClock clock;
  SuspectTopics topics;
  for (std::size_t i = 0; i <= SuspectTopics::capacity; ++i) topics.sending(std::to_string(i), clock.now());
  topics.lost(clock.now());
  EXPECT_FALSE(topics.take("0", clock.now()));
  EXPECT_TRUE(topics.take("1", clock.now()));
}

}  // namespace
}  // namespace bridge
