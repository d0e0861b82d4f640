#include "topic_losses.h"

#include <gtest/gtest.h>

#include "fakes/manual_clock.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

class TopicLossesTest : public testing::Test {
 protected:
  void lose(std::size_t times, bool is_half = false) {
    for (std::size_t i = 0; i < times; ++i) losses.lost(++last, is_half, clock.now());
  }
  bool are_many() const { return losses.are_many(clock.now()); }
  static LossSet set_of(std::initializer_list<LossNumber> numbers) {
    LossSet set;
    for (const LossNumber number : numbers) set.add(number);
    return set;
  }

  ManualClock clock;
  TopicLosses losses;
  LossNumber last = 0;
};

TEST_F(TopicLossesTest, AreManyFromTheFourthInTenSecondsUntilTenSecondsAfterTheLastOne) {
  lose(TopicLosses::many - 1);
  EXPECT_FALSE(are_many());
  clock.advance(9s);
  lose(1);
  EXPECT_TRUE(are_many());
  clock.advance(9s);
  lose(1);
  clock.advance(9s);
  EXPECT_TRUE(are_many());
  clock.advance(1s);
  EXPECT_FALSE(are_many());
}

TEST_F(TopicLossesTest, CountAsOneWhenAMessageExplainsThem) {
  lose(TopicLosses::many);
  losses.explained(set_of({1, 2, 3}), clock.now());
  EXPECT_FALSE(are_many()) << "one of its own, and the fourth";
  lose(1);
  EXPECT_FALSE(are_many());
  lose(1);
  EXPECT_TRUE(are_many());
}

TEST_F(TopicLossesTest, CountHalfWhereABadMessageWouldCostTwo) {
  lose(2 * TopicLosses::many - 1, true);
  EXPECT_FALSE(are_many());
  lose(1, true);
  EXPECT_TRUE(are_many());
}

TEST_F(TopicLossesTest, AreNotManyForTwoLossesOfEachOfThreeBadMessagesBeforeAndAfterTheyAreFound) {
  lose(6, true);
  EXPECT_FALSE(are_many());
  for (const LossNumber first : {1U, 3U, 5U}) {
    losses.explained(set_of({first, first + 1}), clock.now());
    EXPECT_FALSE(are_many()) << first;
  }
  lose(1);
  EXPECT_TRUE(are_many()) << "the fourth";
}

TEST_F(TopicLossesTest, CountOnceForEachMessageThoughAllWereInFlightAtTheSame) {
  lose(2);
  for (LossNumber own = 3; own < 3 + TopicLosses::many; ++own) {
    EXPECT_FALSE(are_many()) << own;
    losses.explained(set_of({1, 2, own}), clock.now());
  }
  EXPECT_TRUE(are_many());
}

TEST_F(TopicLossesTest, StayManyWhereTheyWereManyBeforeOneIsExplained) {
  lose(TopicLosses::many);
  clock.advance(5s);
  lose(1);
  losses.explained(set_of({last}), clock.now());
  clock.advance(9s);
  EXPECT_TRUE(are_many());
}

TEST_F(TopicLossesTest, DoNotCountOnceTheyArePardoned) {
  lose(TopicLosses::many);
  losses.pardon(last);
  losses.pardon(last);
  EXPECT_FALSE(are_many());
  losses.explained(set_of({++last}), clock.now());
  EXPECT_TRUE(are_many());
  losses.pardon(last);
  EXPECT_FALSE(are_many()) << "a loss that convicted a message may be pardoned, too";
}

TEST_F(TopicLossesTest, StayManyHoweverManyThereAre) {
  lose(TopicLosses::many);
  for (std::size_t i = 0; i < 3 * TopicLosses::capacity; ++i) {
    clock.advance(TopicLosses::within / 2);
    lose(1);
    ASSERT_TRUE(are_many()) << i;
  }
}

TEST_F(TopicLossesTest, StayManyHoweverManyCountHalf) {
  lose(2 * TopicLosses::many, true);
  for (std::size_t i = 0; i < 3 * TopicLosses::capacity; ++i) {
    clock.advance(TopicLosses::within * 9 / 10);
    lose(1, true);
    ASSERT_TRUE(are_many()) << i;
  }
}

TEST(LossSetTest, HasTheLossesThatWereAddedAmongTheLastSixtyFour) {
  LossSet set;
  EXPECT_FALSE(set.has(0));
  for (const LossNumber loss : {3U, 4U, 60U}) set.add(loss);
  for (LossNumber loss = 0; loss <= 61; ++loss)
    EXPECT_EQ(set.has(loss), loss == 3 || loss == 4 || loss == 60) << loss;
  set.add(67);
  EXPECT_FALSE(set.has(3)) << "too long ago";
  EXPECT_TRUE(set.has(4));
  set.add(1000);
  EXPECT_EQ(set.latest(), 1000U);
  EXPECT_TRUE(set.has(1000));
  EXPECT_FALSE(set.has(67));
}

}  // namespace
}  // namespace bridge
