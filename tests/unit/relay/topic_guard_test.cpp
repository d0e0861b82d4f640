#include "topic_guard.h"

#include <gtest/gtest.h>

#include "fakes/manual_clock.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;
using GuardVerdict = TopicGuard::Verdict;

class TopicGuardTest : public testing::Test {
 protected:
  GuardVerdict verdict(const std::string& topic) { return guard.verdict(topic, clock.now()); }
  void lose(bool is_half = false) { guard.lost(++last_loss, is_half, clock.now()); }
  void lose_to_refusal(const std::string& topic) {
    guard.refused(topic, clock.now());
    lose();
  }
  void lose_silently_after(const std::string& topic) {
    guard.sent(topic, clock.now());
    lose();
  }
  void lose_to_question() {
    EXPECT_EQ(verdict("secret/question"), GuardVerdict::ask);
    lose();  // the broker's answer is lost, too
  }
  void raise() {
    for (int i = 0; i < TopicGuard::losses_until_up; ++i) lose_to_refusal("secret/" + std::to_string(i));
    lose_to_question();
  }

  ManualClock clock;
  TopicGuard guard;
  LossNumber last_loss = 0;
};

TEST_F(TopicGuardTest, HoldsNewTopicsBackAfterSomeRefusalsThatCostTheConnection) {
  guard.accepted("known");
  for (int i = 1; i < TopicGuard::losses_until_up; ++i) lose_to_refusal("secret/" + std::to_string(i));
  EXPECT_EQ(verdict("new"), GuardVerdict::pass);
  lose_to_refusal("secret/last");
  lose_to_question();
  EXPECT_EQ(verdict("new"), GuardVerdict::hold);
  EXPECT_TRUE(guard.holds_back("new", clock.now()));
  EXPECT_EQ(verdict("known"), GuardVerdict::pass);
  EXPECT_FALSE(guard.holds_back("known", clock.now()));
}

TEST_F(TopicGuardTest, StaysDownForRefusalsThatCostNothing) {
  for (int i = 0; i < 100; ++i) guard.refused("secret/" + std::to_string(i), clock.now());
  EXPECT_EQ(verdict("new"), GuardVerdict::pass);
}

TEST_F(TopicGuardTest, StaysDownForLossesThatNoTopicExplains) {
  guard.sent("known", clock.now());
  clock.advance(1s);
  for (int i = 0; i < 10; ++i) {
    guard.sent("known", clock.now());
    lose();
  }
  EXPECT_EQ(verdict("new"), GuardVerdict::pass);
}

TEST_F(TopicGuardTest, StaysDownForLossesBehindWhichTheBrokerIsAway) {
  for (int i = 0; i < 2 * TopicGuard::losses_until_up; ++i) {
    lose_silently_after("new/" + std::to_string(i));
    guard.pardon(last_loss);
    guard.pardon(last_loss);  // of one loss, once
  }
  EXPECT_EQ(verdict("fresh"), GuardVerdict::pass);
  raise();
  guard.pardon(last_loss);
  EXPECT_NE(verdict("fresh"), GuardVerdict::pass) << "only the last of several";
}

TEST_F(TopicGuardTest, CountsTheLossesOfAConvictedMessageAsOne) {
  for (int i = 1; i < TopicGuard::losses_until_up; ++i) {
    LossSet losses;
    for (int j = 0; j < TopicGuard::losses_until_up; ++j) {
      lose_silently_after("new/" + std::to_string(j));
      losses.add(last_loss);
    }
    guard.convicted("bad/" + std::to_string(i), losses, clock.now());
    EXPECT_EQ(verdict("fresh"), GuardVerdict::pass) << i;
  }
  lose_silently_after("new");
  EXPECT_EQ(verdict("question"), GuardVerdict::ask) << "each convicted message counts";
  EXPECT_EQ(verdict("fresh"), GuardVerdict::hold);
}

TEST_F(TopicGuardTest, CountsALossHalfWhereABadMessageWouldCostTwoUnlessATopicWasRefused) {
  for (int i = 0; i < TopicGuard::losses_until_up; ++i) {
    guard.sent("new/" + std::to_string(i), clock.now());
    lose(true);
  }
  EXPECT_EQ(verdict("fresh"), GuardVerdict::pass);
  for (int i = 0; i < TopicGuard::losses_until_up / 2; ++i) {
    guard.refused("secret/" + std::to_string(i), clock.now());
    lose(true);
  }
  EXPECT_EQ(verdict("question"), GuardVerdict::ask);
}

TEST_F(TopicGuardTest, DoesNotLetAConvictionExplainTheLossesOfOthers) {
  raise();
  LossSet losses;
  losses.add(++last_loss);
  guard.convicted("bad", losses, clock.now());
  EXPECT_EQ(verdict("fresh"), GuardVerdict::hold);
}

TEST_F(TopicGuardTest, ForgetsATopicAtWhichTheBrokerCloses) {
  guard.accepted("known");
  raise();
  EXPECT_EQ(verdict("known"), GuardVerdict::pass);
  LossSet losses;
  losses.add(++last_loss);
  guard.convicted("known", losses, clock.now());
  EXPECT_EQ(verdict("known"), GuardVerdict::hold);
}

TEST_F(TopicGuardTest, StaysDownWhenTheLossesAreFarApart) {
  for (int i = 0; i < 10; ++i) {
    lose_to_refusal("secret/" + std::to_string(i));
    clock.advance(TopicGuard::within / 2);
  }
  EXPECT_EQ(verdict("new"), GuardVerdict::pass);
}

TEST_F(TopicGuardTest, SeesASilentLossBehindANewTopicAndDoesNotTakeItForAccepted) {
  guard.sent("known", clock.now());
  clock.advance(1s);
  for (int i = 0; i < TopicGuard::losses_until_up; ++i) lose_silently_after("secret");
  lose_to_question();
  EXPECT_EQ(verdict("secret"), GuardVerdict::hold);
  EXPECT_EQ(verdict("known"), GuardVerdict::pass);
}

TEST_F(TopicGuardTest, AsksAboutOneNewTopicAtATimeAndAtOnceAboutTheNextIfItWasAccepted) {
  raise();
  clock.advance(TopicGuard::after_bad_answer);
  EXPECT_EQ(verdict("a"), GuardVerdict::ask);
  EXPECT_EQ(verdict("b"), GuardVerdict::hold);
  guard.accepted("a");
  EXPECT_EQ(verdict("a"), GuardVerdict::pass);
  EXPECT_EQ(verdict("b"), GuardVerdict::ask);
  clock.advance(TopicGuard::time_for_an_answer);
  EXPECT_EQ(verdict("c"), GuardVerdict::ask) << "an answer that does not come is not waited for";
}

TEST_F(TopicGuardTest, AsksAboutTheFirstNewTopicAtOnce) {
  for (int i = 0; i < TopicGuard::losses_until_up; ++i) lose_to_refusal("secret/" + std::to_string(i));
  EXPECT_EQ(verdict("new"), GuardVerdict::ask);
  EXPECT_EQ(verdict("another"), GuardVerdict::hold);
}

TEST_F(TopicGuardTest, AsksNothingForAWhileAfterABadAnswerAndStaysUp) {
  raise();
  for (int i = 0; i < 5; ++i) {
    clock.advance(TopicGuard::after_bad_answer);
    lose_to_question();
    EXPECT_EQ(verdict("new"), GuardVerdict::hold);
  }
}

TEST_F(TopicGuardTest, GoesDownByItself) {
  raise();
  clock.advance(TopicGuard::stays_up);
  EXPECT_EQ(verdict("a"), GuardVerdict::pass);
  EXPECT_EQ(verdict("b"), GuardVerdict::pass);
}

TEST_F(TopicGuardTest, ForgetsAnAcceptedTopicThatIsRefusedNow) {
  guard.accepted("known");
  guard.refused("known", clock.now());
  raise();
  EXPECT_EQ(verdict("known"), GuardVerdict::hold);
}

TEST_F(TopicGuardTest, KnowsThousandsOfTopicsWithoutTakingOneForAnother) {
  constexpr int topics = 2000;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < topics; ++i) guard.sent("device/" + std::to_string(i), clock.now());
    clock.advance(2s);
  }
  raise();
  int known = 0;
  for (int i = 0; i < topics; ++i)
    known += verdict("device/" + std::to_string(i)) == GuardVerdict::pass ? 1 : 0;
  EXPECT_GE(known, topics * 99 / 100);
}

}  // namespace
}  // namespace bridge
