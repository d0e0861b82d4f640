#include "qos0_suspicions.h"

#include <gtest/gtest.h>

#include "fakes/manual_clock.h"

namespace bridge {
namespace {

TEST(Qos0SuspicionsTest, SuspectsWhatWasSentShortlyBeforeTheLoss) {
  ManualClock clock;
  Qos0Suspicions topics;
  topics.sending("long ago", clock.now());
  clock.advance(Qos0Suspicions::before_a_loss);
  topics.sending("just now", clock.now());
  EXPECT_FALSE(topics.take("just now", clock.now())) << "nothing has happened yet";
  topics.lost(clock.now());
  EXPECT_FALSE(topics.take("long ago", clock.now()));
  EXPECT_TRUE(topics.take("just now", clock.now()));
  EXPECT_FALSE(topics.take("just now", clock.now())) << "one question is enough";
}

TEST(Qos0SuspicionsTest, ForgetsASuspicion) {
  ManualClock clock;
  Qos0Suspicions topics;
  topics.sending("a", clock.now());
  topics.lost(clock.now());
  clock.advance(Qos0Suspicions::memory);
  EXPECT_FALSE(topics.take("a", clock.now()));
}

TEST(Qos0SuspicionsTest, IsBounded) {
  ManualClock clock;
  Qos0Suspicions topics;
  for (std::size_t i = 0; i <= Qos0Suspicions::capacity; ++i) topics.sending(std::to_string(i), clock.now());
  topics.lost(clock.now());
  EXPECT_FALSE(topics.take("0", clock.now()));
  EXPECT_TRUE(topics.take("1", clock.now()));
}

}  // namespace
}  // namespace bridge
