// The publisher finds the message at which the broker closes the connection. That costs three connections,
// and no other message.
#include <gtest/gtest.h>

#include "bridge/core/reason_code.h"
#include "closing_broker.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

class PublisherPoisonTest : public ClosingBrokerTest {
 protected:
  void SetUp() override { connect(); }
};

TEST_F(PublisherPoisonTest, CostsThreeConnectionsAndItsCallerIsToldWhy) {
  submit(message("poison"));
  run(2s);
  EXPECT_EQ(losses, 3);
  EXPECT_EQ(error_of("poison"), Errc::broker_refused);
  EXPECT_EQ(results["poison"].error->wire_code(), reason_code::implementation_specific_error);
  run(60s);
  EXPECT_EQ(losses, 3);
}

TEST_F(PublisherPoisonTest, AStoredMessageIsADeadLetter) {
  submit(message("poison"), 5s, true);
  run(2s);
  EXPECT_EQ(losses, 3);
  ASSERT_EQ(outbox.dead.size(), 1U);
  EXPECT_EQ(outbox.dead[0].reason_code, reason_code::implementation_specific_error);
  EXPECT_TRUE(outbox.stored.empty());
}

TEST_F(PublisherPoisonTest, StoredQos0IsFoundOutToo) {
  submit(message("poison", QoS::at_most_once), 5s, true);
  run(2s);
  EXPECT_EQ(losses, 3);
  EXPECT_EQ(outbox.dead.size(), 1U);
}

TEST_F(PublisherPoisonTest, AQos2MessageIsFoundOutToo) {
  submit(message("poison", QoS::exactly_once));
  run(2s);
  EXPECT_EQ(losses, 3);
  EXPECT_EQ(outbox.dead.size() + (results["poison"].error ? 1U : 0U), 1U);
}

TEST_F(PublisherPoisonTest, OtherMessagesGoOnWithinTwoSeconds) {
  for (int i = 0; i < 20; ++i) submit(to("other", "before " + std::to_string(i)));
  submit(message("poison"));
  for (int i = 0; i < 20; ++i) submit(to("other", "behind " + std::to_string(i)));
  int sent = 0;
  for (; !results.contains("poison") && sent < 200; ++sent) {
    submit(to("later", "later " + std::to_string(sent)));
    submit(to("now", "now " + std::to_string(sent), QoS::at_most_once));
    run(10ms);
  }
  run(2s);
  EXPECT_EQ(losses, 3);
  for (const auto& [payload, result] : results) {
    const bool may_fail = payload == "poison" || payload.starts_with("now");
    EXPECT_TRUE(may_fail || !result.error) << payload << ": " << result.error->what();
  }
  EXPECT_EQ(results.size(), 41U + 2U * static_cast<std::size_t>(sent)) << "all have ended";
}

TEST_F(PublisherPoisonTest, LaterMessagesOnItsTopicWaitBehindIt) {
  submit(message("poison"));
  submit(message("behind"));
  run(30ms);
  submit(to("other", "other"));
  run(30ms);
  EXPECT_TRUE(was_taken("other"));
  EXPECT_FALSE(was_taken("behind")) << "it would overtake";
  submit(message("last"));
  run(2s);
  EXPECT_EQ(losses, 3);
  EXPECT_EQ(taken, (Payloads{"other", "behind", "last"}));
  EXPECT_FALSE(error_of("behind"));
}

TEST_F(PublisherPoisonTest, LaterMessagesFromTheDiskKeepTheirOrder) {
  for (const char* payload : {"poison", "1", "2"}) submit(message(payload), 5s, true);
  submit(to("other", "o"), 5s, true);
  for (const char* payload : {"3", "4"}) submit(message(payload), 5s, true);
  run(2s);
  EXPECT_EQ(losses, 3);
  EXPECT_EQ(outbox.dead.size(), 1U);
  EXPECT_TRUE(outbox.stored.empty());
  std::erase(taken, "o");
  EXPECT_EQ(taken, (Payloads{"1", "2", "3", "4"}));
}

TEST_F(PublisherPoisonTest, AFaultThatTheBrokerNamesConvictsTheOnlyMessageAtOnce) {
  word = {ConnectionLoss::Kind::disconnected, reason_code::not_authorized, {}};
  submit(message("poison"));
  run(1s);
  EXPECT_EQ(losses, 1);
  EXPECT_EQ(error_of("poison"), Errc::not_authorized);
}

TEST_F(PublisherPoisonTest, AFaultThatTheBrokerNamesMakesTheFirstOfSeveralTheSuspect) {
  word = {ConnectionLoss::Kind::disconnected, reason_code::packet_too_large, {}};
  submit(message("poison"));
  submit(to("other", "other"));
  run(2s);
  EXPECT_EQ(losses, 2);
  EXPECT_EQ(results["poison"].error->wire_code(), reason_code::packet_too_large);
  EXPECT_FALSE(error_of("other"));
}

TEST_F(PublisherPoisonTest, TheInnocentAreNotConvicted) {
  ignores = [](const Message& one) { return one.payload == "slow"; };
  submit(to("slow", "slow"), 60s);  // before the poison, and not acknowledged for long
  submit(message("poison"));
  run(1s);
  ignores = [](const Message&) { return false; };
  run(5s);
  EXPECT_TRUE(was_taken("slow"));
  EXPECT_FALSE(error_of("slow"));
  EXPECT_EQ(error_of("poison"), Errc::broker_refused);
}

TEST_F(PublisherPoisonTest, ABrokerThatIsRestartedConvictsNobody) {
  ignores = [](const Message&) { return true; };
  away = 1500ms;
  submit(message("a"), 60s);
  for (int i = 0; i < 4; ++i) {
    run(100ms);
    lose({ConnectionLoss::Kind::closed, 0, {}});
  }
  ignores = [](const Message&) { return false; };
  run(2s);
  EXPECT_TRUE(outbox.dead.empty());
  EXPECT_TRUE(was_taken("a"));
}

TEST_F(PublisherPoisonTest, LossesThatAreNotTheBrokersAnswerSayNothing) {
  ignores = [](const Message&) { return true; };
  submit(message("a"), 60s);
  using LossKind = ConnectionLoss::Kind;
  for (const ConnectionLoss& loss :
       {ConnectionLoss{LossKind::silent, 0, {}}, ConnectionLoss{LossKind::broken, 0, {}},
        ConnectionLoss{LossKind::faulty, 130, {}},
        ConnectionLoss{LossKind::disconnected, reason_code::session_taken_over, {}}}) {
    run(100ms);
    EXPECT_EQ(disconnect(loss.kind, loss.reason_code), Resumption::resume);
    connect();
  }
}

/// Each restart costs the connection right after a message to a new topic, as a forbidden topic does.
TEST_F(PublisherPoisonTest, ABrokerThatIsRestartedAgainAndAgainHasNoTopicHeldBack) {
  for (int i = 0; i < 10; ++i) {
    submit(to("new/" + std::to_string(i), "m" + std::to_string(i), QoS::at_most_once));
    run(100ms);
    EXPECT_FALSE(error_of("m" + std::to_string(i))) << i;
    disconnect(ConnectionLoss::Kind::closed, 0);
    publisher().on_unreachable();
    connect();
  }
}

TEST_F(PublisherPoisonTest, ANetworkThatBreaksHasNoTopicHeldBack) {
  for (int i = 0; i < 10; ++i) {
    submit(to("new/" + std::to_string(i), "m" + std::to_string(i), QoS::at_most_once));
    run(100ms);
    EXPECT_FALSE(error_of("m" + std::to_string(i))) << i;
    disconnect(i % 2 == 0 ? ConnectionLoss::Kind::broken : ConnectionLoss::Kind::silent, 0);
    connect();
  }
}

/// Others send to topics that are new to the broker: the losses might be due to any of them.
class PoisonBesideNewTopicsTest : public PublisherPoisonTest {
 protected:
  void submit_poison(const std::string& topic) {
    publisher().submit(to(topic, "poison"), {5s}, [this](const PublishResult& result) {
      ++convictions;
      EXPECT_EQ(result.error->errc(), Errc::broker_refused);
    });
  }
  void send_to_new_topics(int turns) {
    for (int i = 0; i < turns; ++i) {
      ++others_;
      submit(to("new/0/" + std::to_string(others_), "0 " + std::to_string(others_), QoS::at_most_once));
      submit(to("new/1/" + std::to_string(others_), "1 " + std::to_string(others_)));
      run(10ms);
    }
  }
  int number_held_back() const {
    int held_back = 0;
    for (const auto& [payload, result] : results)
      held_back += result.error && result.error->errc() == Errc::queue_full ? 1 : 0;
    return held_back;
  }

  int convictions = 0;

 private:
  int others_ = 0;
};

TEST_F(PoisonBesideNewTopicsTest, TwoInARowHaveNobodyElsesTopicHeldBack) {
  for (const char* topic : {"bad/1", "bad/2"}) {
    submit_poison(topic);
    send_to_new_topics(200);
  }
  EXPECT_EQ(convictions, 2);
  EXPECT_EQ(losses, 6);
  EXPECT_EQ(number_held_back(), 0);
}

TEST_F(PoisonBesideNewTopicsTest, TwoAtOnceHaveNobodyElsesTopicHeldBack) {
  for (const char* topic : {"bad/1", "bad/2"}) submit_poison(topic);
  send_to_new_topics(400);
  EXPECT_EQ(convictions, 2);
  EXPECT_EQ(number_held_back(), 0);
}

TEST_F(PoisonBesideNewTopicsTest, FourHaveNewTopicsHeldBack) {
  for (const char* topic : {"bad/1", "bad/2", "bad/3", "bad/4"}) submit_poison(topic);
  send_to_new_topics(400);
  EXPECT_EQ(convictions, 4);
  EXPECT_GT(number_held_back(), 0);
}

class PoisonWithoutOutboxTest : public PoisonBesideNewTopicsTest {
 protected:
  PoisonWithoutOutboxTest() { outbox_in_use = nullptr; }
};

TEST_F(PoisonWithoutOutboxTest, ThreeOfQos2WhichAreNeverConvictedHaveNobodyElsesTopicHeldBack) {
  dislikes = [](const Message& one) { return one.topic_name.starts_with("bad/"); };
  for (const char* const topic : {"bad/1", "bad/2", "bad/3"}) {
    submit(to(topic, topic, QoS::exactly_once));
    for (int i = 0; i < 40; ++i) {
      const std::string other = "new/" + std::string(topic) + std::to_string(i);
      submit(to(other, other, QoS::at_most_once));
      run(10ms);
    }
    EXPECT_EQ(error_of(topic), Errc::unconfirmed);
  }
  EXPECT_EQ(losses, 6);
  EXPECT_EQ(number_held_back(), 0);
}

TEST_F(PublisherPoisonTest, TheNextOnItsTopicIsSentAloneAndAfterThreeTheTopicIsRefused) {
  for (int i = 1; i <= 3; ++i) {
    submit(message("poison"));
    run(2s);
    EXPECT_EQ(error_of("poison"), Errc::broker_refused);
    EXPECT_EQ(losses, 2 + i) << "only the first costs three";
    results.clear();
  }
  submit(message("poison"));
  run(2s);
  EXPECT_EQ(error_of("poison"), Errc::broker_refused);
  EXPECT_EQ(losses, 5) << "it was not sent";
  run(10s);
  submit(message("fine"));
  run(1s);
  EXPECT_FALSE(error_of("fine"));
  EXPECT_TRUE(publisher().conditions().empty());
}

TEST_F(PublisherPoisonTest, ACallerWhoGoesOnSendingPoisonHasNobodyElseConvicted) {
  int poisons = 0;
  int others = 0;
  for (int i = 0; i < 1000; ++i) {
    if (i % 5 == 0) {
      Message bad = to("bad/" + std::to_string(poisons), "poison",
                       i % 10 == 0 ? QoS::at_least_once : QoS::at_most_once);
      publisher().submit(bad, {5s}, [](const PublishResult&) {});
      ++poisons;
    }
    if (i % 3 == 0) submit(to("good/" + std::to_string(i % 7), "good " + std::to_string(others++)), 60s);
    run(10ms);
  }
  run(60s);
  std::size_t good_dead = 0;
  for (const DeadLetter& letter : outbox.dead) good_dead += letter.message.payload == "poison" ? 0 : 1;
  EXPECT_EQ(good_dead, 0U);
  for (int i = 0; i < others; ++i) EXPECT_TRUE(was_taken("good " + std::to_string(i))) << i;
  const int before = losses;
  run(60s);
  EXPECT_EQ(losses, before) << "it is over when the poison is";
}

TEST_F(PublisherPoisonTest, ABrokerThatReadsSlowlyIsNotWaitedForBeyondTheHold) {
  ignores = [](const Message& one) { return one.payload == "late"; };
  submit(message("late"), 60s);
  for (int i = 0; i < 2; ++i) {
    run(20ms);
    lose({ConnectionLoss::Kind::closed, 0, {}});
  }
  run(300ms);  // it is under way alone
  submit(to("other", "other"));
  run(600ms);
  EXPECT_TRUE(was_taken("other"));
}

TEST_F(PublisherPoisonTest, ACallerIsToldWithinTwoSecondsThatASuspectIsStored) {
  ignores = [](const Message& one) { return one.payload == "late"; };
  submit(message("late"), 60s);
  for (int i = 0; i < 2; ++i) {
    run(20ms);
    lose({ConnectionLoss::Kind::closed, 0, {}});
  }
  run(1700ms);
  EXPECT_FALSE(results.contains("late")) << "it may yet be found out, or acquitted";
  run(250ms);
  EXPECT_TRUE(is_stored("late"));
}

TEST_F(PublisherPoisonTest, IsAConditionWhileItLasts) {
  submit(message("poison"));
  run(50ms);
  ASSERT_EQ(publisher().conditions().size(), 1U);
  run(2s);
  EXPECT_TRUE(publisher().conditions().empty());
}

TEST_F(PublisherPoisonTest, ASuspectThatExpiresBeforeItIsSentAloneHoldsNobodyUp) {
  session.room_at_all = false;
  Message poison = message("poison");
  poison.properties.message_expiry_interval = 1s;
  submit(poison, 5s, true);
  run(600ms);
  session.room_at_all = true;
  while (losses < 2) run(10ms);
  for (; session.confirmations.empty(); clock.advance(10ms)) pump();  // the way is cleared for it
  submit(to("other", "other"));
  clock.advance(400ms);
  session.answer_confirmation();
  pump();
  EXPECT_EQ(session.sent_payloads(), Payloads{"other"});
}

TEST_F(PublisherPoisonTest, WithoutAnOutboxAWaitingMessageIsAnsweredInTime) {
  submit(message("poison"), 100ms);
  run(6s);
  EXPECT_TRUE(results.contains("poison"));
  EXPECT_LE(losses, 3);
}

}  // namespace
}  // namespace bridge
