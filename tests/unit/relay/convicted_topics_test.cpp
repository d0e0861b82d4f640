#include "convicted_topics.h"

#include <gtest/gtest.h>

#include "fakes/manual_clock.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

TEST(ConvictedTopicsTest, PauseLongerWithEachInARowAndRefuseTheTopicInTheEnd) {
  ManualClock clock;
  ConvictedTopics topics;
  EXPECT_LE(topics.earliest("a", clock.now()), clock.now());
  for (const auto pause : {250ms, 500ms, 1000ms}) {
    EXPECT_EQ(topics.refused_for("a", clock.now()), std::nullopt);
    topics.convicted("a", 131, clock.now());
    EXPECT_EQ(topics.earliest("a", clock.now()), clock.now() + pause);
    EXPECT_TRUE(topics.knows("a", clock.now()));
    EXPECT_FALSE(topics.knows("b", clock.now()));
  }
  EXPECT_EQ(topics.refused_for("a", clock.now()), 131);
  clock.advance(ConvictedTopics::refusal);
  EXPECT_EQ(topics.refused_for("a", clock.now()), std::nullopt) << "one more is tried";
  topics.convicted("a", 131, clock.now());
  EXPECT_EQ(topics.refused_for("a", clock.now()), 131);
}

TEST(ConvictedTopicsTest, BeginAnewWhenTheBrokerTakesOneAndAfterTheirTime) {
  ManualClock clock;
  ConvictedTopics topics;
  for (int i = 0; i < 3; ++i) topics.convicted("a", 131, clock.now());
  topics.accepted("a");
  EXPECT_FALSE(topics.knows("a", clock.now()));
  for (int i = 0; i < 2; ++i) topics.convicted("a", 131, clock.now());
  clock.advance(ConvictedTopics::memory);
  EXPECT_FALSE(topics.knows("a", clock.now()));
  topics.convicted("a", 131, clock.now());
  EXPECT_EQ(topics.earliest("a", clock.now()), clock.now() + ConvictedTopics::first_pause);
}

TEST(ConvictedTopicsTest, AreBoundedAndTheOldestIsForgottenFirst) {
  ManualClock clock;
  ConvictedTopics topics;
  for (std::size_t i = 0; i < ConvictedTopics::capacity; ++i)
    topics.convicted(std::to_string(i), 131, clock.now());
  topics.convicted("0", 131, clock.now());
  topics.convicted("one too many", 131, clock.now());
  EXPECT_TRUE(topics.knows("0", clock.now())) << "it is not the oldest any more";
  EXPECT_FALSE(topics.knows("1", clock.now()));
  EXPECT_TRUE(topics.knows("one too many", clock.now()));
}

}  // namespace
}  // namespace bridge
