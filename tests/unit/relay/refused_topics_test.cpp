#include "refused_topics.h"

#include <gtest/gtest.h>

#include "fakes/manual_clock.h"

namespace bridge {
namespace {

TEST(RefusedTopicsTest, ForgetsAfterItsTime) {
  ManualClock clock;
  RefusedTopics topics;
  topics.remember("a", 135, clock.now());
  EXPECT_EQ(topics.refusal("a", clock.now()), 135);
  EXPECT_EQ(topics.refusal("b", clock.now()), std::nullopt);
  clock.advance(RefusedTopics::memory);
  EXPECT_EQ(topics.refusal("a", clock.now()), std::nullopt);
  topics.remember("a", 135, clock.now());
  EXPECT_EQ(topics.refusal("a", clock.now()), 135);
}

TEST(RefusedTopicsTest, IsBoundedAndForgetsTheOldestFirst) {
  ManualClock clock;
  RefusedTopics topics;
  for (std::size_t i = 0; i <= RefusedTopics::capacity; ++i)
    topics.remember(std::to_string(i), 135, clock.now());
  EXPECT_EQ(topics.refusal("0", clock.now()), std::nullopt);
  EXPECT_EQ(topics.refusal("1", clock.now()), 135);
  EXPECT_EQ(topics.refusal(std::to_string(RefusedTopics::capacity), clock.now()), 135);
}

}  // namespace
}  // namespace bridge
