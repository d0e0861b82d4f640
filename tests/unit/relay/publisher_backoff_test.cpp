// Stored messages that the broker refuses for now, and may take later.
#include <gtest/gtest.h>

#include "publisher_with_outbox.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

class PublisherBackoffTest : public PublisherWithOutboxTest {
 protected:
  /// The broker refuses the last message that was sent.
  void refuse_last(int reason_code) {
    outcome(session.sent.size() - 1, Kind::refused, reason_code);
    settle_down();
  }
  void wait(std::chrono::milliseconds time) {
    clock.advance(time);
    settle_down();
  }
};

TEST_F(PublisherBackoffTest, WhatTheBrokerCannotTakeNowIsTriedAgainAfterAPause) {
  store("a");
  connect();
  settle_down();
  for (const int code : {128, 131, 145, 146, 151}) {
    const std::size_t sent = session.sent.size();
    refuse_last(code);
    EXPECT_TRUE(outbox.dead.empty()) << code;
    EXPECT_EQ(session.sent.size(), sent) << code;
    wait(16s);
    EXPECT_EQ(session.sent.size(), sent + 1) << code;
  }
  outcome(session.sent.size() - 1, Kind::accepted);
  settle_down();
  EXPECT_TRUE(outbox.stored.empty());
  EXPECT_TRUE(outbox.dead.empty());
}

TEST_F(PublisherBackoffTest, WhatIsRefusedForGoodIsADeadLetterAtOnce) {
  for (const int code : {135, 144, 149, 153, 154, 155}) {
    disconnect();
    clock.advance(60s);
    store(std::to_string(code));
    connect();
    settle_down();
    refuse_last(code);
    ASSERT_FALSE(outbox.dead.empty()) << code;
    EXPECT_EQ(outbox.dead.back().reason_code, code);
  }
}

TEST_F(PublisherBackoffTest, ThePauseDoublesAndTheTenthIsTheLast) {
  store("a");
  connect();
  settle_down();
  for (const auto pause : {1s, 2s, 4s, 8s, 16s, 30s, 30s, 30s, 30s, 30s}) {
    const std::size_t sent = session.sent.size();
    refuse_last(151);
    wait(pause - 1ms);
    EXPECT_EQ(session.sent.size(), sent) << pause.count();
    wait(1ms);
    ASSERT_EQ(session.sent.size(), sent + 1) << pause.count();
  }
  EXPECT_TRUE(outbox.dead.empty());
  refuse_last(151);
  EXPECT_TRUE(outbox.stored.empty());
  ASSERT_EQ(outbox.dead.size(), 1U);
  EXPECT_EQ(outbox.dead[0].reason_code, 151);
}

TEST_F(PublisherBackoffTest, InThePauseOnlyQosZeroGoesOut) {
  store("a");
  connect();
  settle_down();
  refuse_last(151);
  submit(message("later"), 60s);
  submit(message("stored later"), 60s, true);
  submit(message("now", QoS::at_most_once));
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "now"}));
  wait(1s);
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "now", "a"}));
  outcome(2, Kind::accepted);
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "now", "a", "later", "stored later"}));
}

TEST_F(PublisherBackoffTest, AfterThePauseOneIsTriedAndTheOthersFollowWhenItIsTaken) {
  for (const char* payload : {"a", "b", "c"}) store(payload);
  connect();
  settle_down();
  for (std::size_t i = 0; i < 3; ++i) outcome(i, Kind::refused, 151);
  wait(1s);
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "b", "c", "a"}));
  refuse_last(151);
  wait(2s);
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "b", "c", "a", "a"}));
  outcome(4, Kind::accepted);
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "b", "c", "a", "a", "b", "c"}));
}

TEST_F(PublisherBackoffTest, ABrokerThatTakesOnlySoManyASecondGetsThemAllInTime) {
  constexpr int messages = 100;
  for (int i = 0; i < messages; ++i) store(std::to_string(i));
  connect();
  settle_down();
  std::size_t answered = 0;
  for (int second = 0; second < 100 && !outbox.stored.empty(); ++second) {
    for (int room = 3; answered < session.sent.size(); ++answered) {
      const bool has_room = room-- > 0;
      outcome(answered, has_room ? Kind::accepted : Kind::refused, has_room ? 0 : 151);
      if (has_room) settle_down();
    }
    wait(1s);
  }
  EXPECT_TRUE(outbox.stored.empty());
  EXPECT_TRUE(outbox.dead.empty()) << "they were refused among others, and often";
}

TEST_F(PublisherBackoffTest, AProbeThatIsLostWithTheConnectionIsMadeOnTheNext) {
  store("a");
  store("b");
  connect();
  settle_down();
  for (std::size_t i = 0; i < 2; ++i) outcome(i, Kind::refused, 151);
  wait(1s);
  interrupt_all();
  connect();
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "b", "a", "a"}));
}

}  // namespace
}  // namespace bridge
