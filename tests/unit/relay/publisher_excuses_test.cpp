// A broker gives a reason of its own (busy, quota, shutting down) each time that it reads one and the same
// message. Other brokers give such reasons, and they are true.
#include <gtest/gtest.h>

#include "bridge/core/reason_code.h"
#include "closing_broker.h"
#include "excuses.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

class PublisherExcusesTest : public ClosingBrokerTest {
 protected:
  void SetUp() override {
    word = {ConnectionLoss::Kind::disconnected, reason_code::quota_exceeded, {}};
    connect();
  }
  /// Lets time pass, in which other callers send ten messages a second to other topics.
  void run_with_others(std::chrono::milliseconds time) {
    for (const TimePoint end = clock.now() + time; clock.now() < end; ++others_) {
      submit(to("other/" + std::to_string(others_ % 12), "other " + std::to_string(others_)), 60s);
      run(100ms);
    }
  }
  void expect_all_others_taken() const {
    for (int i = 0; i < others_; ++i) EXPECT_TRUE(was_taken("other " + std::to_string(i))) << i;
  }
  std::size_t innocent_dead() const {
    std::size_t count = 0;
    for (const DeadLetter& letter : outbox.dead)
      count += letter.message.payload.starts_with("poison") ? 0 : 1;
    return count;
  }

 private:
  int others_ = 0;
};

TEST_F(PublisherExcusesTest, WhatIsLostAloneWhileOthersPassIsADeadLetterWithTheReason) {
  submit(message("poison"), 5s, true);
  submit(message("behind"), 5s, true);
  run_with_others(60s);
  EXPECT_EQ(losses, Excuses::until_suspect + Excuses::until_convicted / Excuses::weight_if_others_passed);
  ASSERT_EQ(outbox.dead.size(), 1U);
  EXPECT_EQ(outbox.dead[0].message.payload, "poison");
  EXPECT_EQ(outbox.dead[0].reason_code, reason_code::quota_exceeded);
  EXPECT_TRUE(was_taken("behind"));
  expect_all_others_taken();
}

/// A broker acknowledges a message that was not sent, each time that it reads one and the same message. The
/// session ends the connection for that.
TEST_F(PublisherExcusesTest, AFaultOfTheBrokersAtOneMessageIsFoundOutToo) {
  word = {ConnectionLoss::Kind::faulty, 130, {}};
  submit(message("poison"), 5s, true);
  run_with_others(60s);
  ASSERT_EQ(outbox.dead.size(), 1U);
  EXPECT_EQ(outbox.dead[0].reason_code, reason_code::implementation_specific_error);
  expect_all_others_taken();
}

TEST_F(PublisherExcusesTest, ItsCallerIsToldTheReason) {
  submit(message("poison"), 120s);
  run_with_others(60s);
  EXPECT_EQ(error_of("poison"), Errc::broker_refused);
  EXPECT_EQ(results["poison"].error->wire_code(), reason_code::quota_exceeded);
}

TEST_F(PublisherExcusesTest, ThePauseGrowsWhereNobodyElseSendsAndItEndsInTheEnd) {
  submit(message("poison"), 5s, true);
  run(10s);
  EXPECT_LE(losses, 8);
  run(60s);
  EXPECT_LE(losses, 15);
  EXPECT_TRUE(outbox.dead.empty()) << "a broker may be busy for a minute";
  run(180s);
  EXPECT_EQ(outbox.dead.size(), 1U);
  const int before = losses;
  run(60s);
  EXPECT_EQ(losses, before);
}

TEST_F(PublisherExcusesTest, TwoOfThemDoNotProtectEachOther) {
  submit(to("a", "poison a"), 5s, true);
  submit(to("b", "poison b"), 5s, true);
  dislikes = [](const Message& one) { return one.payload.starts_with("poison"); };
  run_with_others(120s);
  EXPECT_EQ(outbox.dead.size(), 2U);
  expect_all_others_taken();
}

TEST_F(PublisherExcusesTest, AQos0MessageThatWasRaisedToHaveAnAnswerIsNotSentForEver) {
  submit(message("poison", QoS::at_most_once));
  run(100ms);
  results.clear();
  submit(message("poison", QoS::at_most_once), 60s);  // the broker is asked about its topic
  run(60s);
  EXPECT_LE(losses, 1 + Excuses::until_suspect);
  EXPECT_EQ(error_of("poison"), Errc::unconfirmed);
}

TEST_F(PublisherExcusesTest, ABrokerThatIsBusyConvictsNobody) {
  word.reason_code = 137;
  dislikes = [](const Message&) { return true; };
  for (int i = 0; i < 20; ++i) submit(to("t" + std::to_string(i), "early " + std::to_string(i)), 5s, true);
  run(300s);
  dislikes = [](const Message&) { return false; };
  run(60s);
  EXPECT_TRUE(outbox.dead.empty());
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(was_taken("early " + std::to_string(i))) << i;
}

TEST_F(PublisherExcusesTest, ABrokerThatTakesSoManyASecondConvictsNobody) {
  int room = 2;
  TimePoint filled = clock.now();
  dislikes = [&](const Message&) {
    for (; clock.now() - filled >= 490ms; filled += 490ms) room = std::min(room + 1, 2);
    if (room == 0) return true;
    --room;
    return false;
  };
  run_with_others(60s);
  run(600s);
  EXPECT_EQ(innocent_dead(), 0U);
  expect_all_others_taken();
}

TEST_F(PublisherExcusesTest, ABrokerThatIsRestartedAgainAndAgainConvictsNobody) {
  word.reason_code = 139;
  away = 1500ms;
  submit(message("poison"), 5s, true);
  run(600s);
  EXPECT_TRUE(outbox.dead.empty());
  dislikes = [](const Message&) { return false; };
  run(20s);
  EXPECT_TRUE(was_taken("poison"));
}

TEST_F(PublisherExcusesTest, ARareReasonLeavesTheSessionAsItIs) {
  ignores = [](const Message&) { return true; };
  submit(message("a", QoS::exactly_once), 60s);
  for (int i = 1; i < Excuses::until_suspect; ++i) {
    run(100ms);
    EXPECT_EQ(disconnect(ConnectionLoss::Kind::disconnected, 139), Resumption::resume);
    connect();
  }
}

}  // namespace
}  // namespace bridge
