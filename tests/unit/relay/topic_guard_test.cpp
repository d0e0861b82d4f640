#include "bridge/relay/topic_guard.h"

#include <gtest/gtest.h>

#include "fakes/manual_clock.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;
using Verdict = TopicGuard::Verdict;

class TopicGuardTest : public testing::Test {
 protected:
  Verdict verdict(const std::string& topic) { return guard.verdict(topic, clock.now()); }
  void lose_to_refusal(const std::string& topic) {
    guard.refused(topic, clock.now());
    guard.lost(clock.now());
  }
  void lose_silently_after(const std::string& topic) {
    guard.sent(topic, clock.now());
    guard.lost(clock.now());
  }
  void lose_to_question() {
    EXPECT_EQ(verdict("secret/question"), Verdict::ask);
    guard.lost(clock.now());  // the broker's answer is lost, too
  }
  void raise() {
    for (int i = 0; i < TopicGuard::losses_until_up; ++i) lose_to_refusal("secret/" + std::to_string(i));
    lose_to_question();
  }

  ManualClock clock;
  TopicGuard guard;
};

TEST_F(TopicGuardTest, HoldsNewTopicsBackAfterSomeRefusalsThatCostTheConnection) {
  guard.accepted("known");
  for (int i = 1; i < TopicGuard::losses_until_up; ++i) lose_to_refusal("secret/" + std::to_string(i));
  EXPECT_EQ(verdict("new"), Verdict::pass);
  lose_to_refusal("secret/last");
  lose_to_question();
  EXPECT_EQ(verdict("new"), Verdict::hold);
  EXPECT_TRUE(guard.holds_back("new", clock.now()));
  EXPECT_EQ(verdict("known"), Verdict::pass);
  EXPECT_FALSE(guard.holds_back("known", clock.now()));
}

TEST_F(TopicGuardTest, StaysDownForRefusalsThatCostNothing) {
  for (int i = 0; i < 100; ++i) guard.refused("secret/" + std::to_string(i), clock.now());
  EXPECT_EQ(verdict("new"), Verdict::pass);
}

TEST_F(TopicGuardTest, StaysDownForLossesThatNoTopicExplains) {
  guard.sent("known", clock.now());
  clock.advance(1s);
  for (int i = 0; i < 10; ++i) {
    guard.sent("known", clock.now());
    guard.lost(clock.now());
  }
  EXPECT_EQ(verdict("new"), Verdict::pass);
}

TEST_F(TopicGuardTest, StaysDownWhenTheLossesAreFarApart) {
  for (int i = 0; i < 10; ++i) {
    lose_to_refusal("secret/" + std::to_string(i));
    clock.advance(TopicGuard::within / 2);
  }
  EXPECT_EQ(verdict("new"), Verdict::pass);
}

TEST_F(TopicGuardTest, SeesASilentLossBehindANewTopicAndDoesNotTakeItForAccepted) {
  guard.sent("known", clock.now());
  clock.advance(1s);
  for (int i = 0; i < TopicGuard::losses_until_up; ++i) lose_silently_after("secret");
  lose_to_question();
  EXPECT_EQ(verdict("secret"), Verdict::hold);
  EXPECT_EQ(verdict("known"), Verdict::pass);
}

TEST_F(TopicGuardTest, AsksAboutOneNewTopicAtATimeAndAtOnceAboutTheNextIfItWasAccepted) {
  raise();
  clock.advance(TopicGuard::after_bad_answer);
  EXPECT_EQ(verdict("a"), Verdict::ask);
  EXPECT_EQ(verdict("b"), Verdict::hold);
  guard.accepted("a");
  EXPECT_EQ(verdict("a"), Verdict::pass);
  EXPECT_EQ(verdict("b"), Verdict::ask);
  clock.advance(TopicGuard::time_for_an_answer);
  EXPECT_EQ(verdict("c"), Verdict::ask) << "an answer that does not come is not waited for";
}

TEST_F(TopicGuardTest, AsksAboutTheFirstNewTopicAtOnce) {
  for (int i = 0; i < TopicGuard::losses_until_up; ++i) lose_to_refusal("secret/" + std::to_string(i));
  EXPECT_EQ(verdict("new"), Verdict::ask);
  EXPECT_EQ(verdict("another"), Verdict::hold);
}

TEST_F(TopicGuardTest, AsksNothingForAWhileAfterABadAnswerAndStaysUp) {
  raise();
  for (int i = 0; i < 5; ++i) {
    clock.advance(TopicGuard::after_bad_answer);
    lose_to_question();
    EXPECT_EQ(verdict("new"), Verdict::hold);
  }
}

TEST_F(TopicGuardTest, GoesDownByItself) {
  raise();
  clock.advance(TopicGuard::stays_up);
  EXPECT_EQ(verdict("a"), Verdict::pass);
  EXPECT_EQ(verdict("b"), Verdict::pass);
}

TEST_F(TopicGuardTest, ForgetsAnAcceptedTopicThatIsRefusedNow) {
  guard.accepted("known");
  guard.refused("known", clock.now());
  raise();
  EXPECT_EQ(verdict("known"), Verdict::hold);
}

TEST_F(TopicGuardTest, KnowsThousandsOfTopicsWithoutTakingOneForAnother) {
  constexpr int topics = 2000;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < topics; ++i) guard.sent("device/" + std::to_string(i), clock.now());
    clock.advance(2s);
  }
  raise();
  int known = 0;
  for (int i = 0; i < topics; ++i) known += verdict("device/" + std::to_string(i)) == Verdict::pass ? 1 : 0;
  EXPECT_GE(known, topics * 99 / 100);
}

}  // namespace
}  // namespace bridge
