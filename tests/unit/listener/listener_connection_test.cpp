#include "listener_connection.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "fakes/memory_logger.h"
#include "scripted_client.h"

namespace bridge::listener {
namespace {

using namespace std::chrono_literals;
using Kind = SubscribeOutcome::Kind;
using Failure = ReconnectPolicy::Failure;

/// Subscribes to its filters on connect, as the product does.
class Audience : public SubscriberObserver {
 public:
  void on_connected(const BrokerLimits& told) override {
    ++connects;
    limits = told;
    if (subscribe_all) subscribe_all();
  }
  void on_disconnected() override { ++disconnects; }
  void on_message(Message) override {}
  void on_pause_ended() override { ++ended_pauses; }

  std::function<void()> subscribe_all;
  int connects = 0;
  int disconnects = 0;
  int ended_pauses = 0;
  BrokerLimits limits;
};

class ListenerConnectionTest : public testing::Test {
 protected:
  ListenerConnectionTest() { settings_.server = "broker"; }

  ListenerConnection make() {
    return {settings_,
            "id-listener",
            [this](const std::string& uri, int version) -> Client& {
              made_.push_back(uri + " " + std::to_string(version));
              return version == 5 ? client5_ : client3_;
            },
            [] { return 0.5; },
            logger_,
            counters_};
  }
  void begin(ListenerConnection& listening) {
    listening.set_observer(audience_);
    listening.listen(true, now_);
    listening.look(now_);
  }
  /// Waits for the next attempt.
  void wait(ListenerConnection& listening) {
    now_ = std::max(now_, listening.next_look());
    listening.look(now_);
  }
  void accept(ListenerConnection& listening, ScriptedClient& client, int version = 5) {
    BrokerLimits limits;
    limits.protocol_version = version;
    listening.handle(Connected{client.last_attempt, limits, {}}, now_);
    listening.look(now_);
  }
  void fail(ListenerConnection& listening, ScriptedClient& client, ConnectFailure failure) {
    listening.handle(Failed{client.last_attempt, failure}, now_);
    listening.look(now_);
  }
  void lose(ListenerConnection& listening, ScriptedClient& client, int reason_code = -1) {
    listening.handle(Lost{client.last_attempt, reason_code}, now_);
    listening.look(now_);
  }
  void subscribe(ListenerConnection& listening, const std::string& filter) {
    listening.add(
        {true, {filter, QoS::at_most_once}, [this](SubscribeOutcome told) { told_.push_back(told); }}, now_);
    listening.look(now_);
  }
  long lines(const std::string& part) const {
    return std::count_if(logger_.lines.begin(), logger_.lines.end(),
                         [&](const std::string& line) { return line.find(part) != line.npos; });
  }

  MqttSettings settings_;
  ScriptedClient client5_;
  ScriptedClient client3_;
  std::vector<std::string> made_;
  MemoryLogger logger_;
  Counters counters_;
  Audience audience_;
  std::vector<SubscribeOutcome> told_;
  TimePoint now_{1h};
};

TEST_F(ListenerConnectionTest, HasNoConnectionWithNothingToListenTo) {
  ListenerConnection listening = make();
  listening.set_observer(audience_);
  listening.look(now_);
  EXPECT_TRUE(made_.empty());
}

TEST_F(ListenerConnectionTest, ConnectsAndSaysSo) {
  ListenerConnection listening = make();
  begin(listening);
  EXPECT_EQ(made_, std::vector<std::string>{"tcp://broker:1883 5"});
  accept(listening, client5_);
  EXPECT_EQ(audience_.connects, 1);
  EXPECT_TRUE(listening.is_connected());
  EXPECT_EQ(lines("Connected successfully"), 1);
}

TEST_F(ListenerConnectionTest, SaysTheCodeOfARefusalAndTriesAgain) {
  ListenerConnection listening = make();
  begin(listening);
  fail(listening, client5_, {135, Failure::refused});
  EXPECT_EQ(lines("Bad connection. Code: 135"), 1);
  EXPECT_EQ(client5_.connects, 1);
  wait(listening);
  EXPECT_EQ(client5_.connects, 2);
}

TEST_F(ListenerConnectionTest, TriesAgainWhenPahoTakesNoAttempt) {
  client5_.connect_code = -1;
  ListenerConnection listening = make();
  begin(listening);
  EXPECT_EQ(lines("Bad connection. Code: -1"), 1);
  client5_.connect_code = 0;
  wait(listening);
  accept(listening, client5_);
  EXPECT_TRUE(listening.is_connected());
}

TEST_F(ListenerConnectionTest, WritesNoWallOfLinesWhileTheBrokerIsAway) {
  ListenerConnection listening = make();
  begin(listening);
  for (int i = 0; i < 20; ++i) {
    fail(listening, client5_, {-1, Failure::unreachable});
    wait(listening);
  }
  EXPECT_LE(lines("Bad connection"), 6);
}

TEST_F(ListenerConnectionTest, FallsBackTo3AtOnceWhere5IsRefusedWithoutABadConnection) {
  ListenerConnection listening = make();
  begin(listening);
  fail(listening, client5_, {132, Failure::version_refused});
  EXPECT_EQ(client3_.connects, 1);
  accept(listening, client3_, 4);
  EXPECT_TRUE(listening.is_connected());
  EXPECT_EQ(lines("Bad connection"), 0);
}

TEST_F(ListenerConnectionTest, FallsBackTo3AfterTwoSilentClosesAndAsksFor5AfterTheNextLoss) {
  ListenerConnection listening = make();
  begin(listening);
  for (int i = 0; i < 2; ++i) {
    fail(listening, client5_, {-1, Failure::closed_silently});
    wait(listening);
  }
  accept(listening, client3_, 4);
  EXPECT_TRUE(listening.is_connected());
  EXPECT_EQ(lines("Bad connection"), 0);
  EXPECT_EQ(lines("Connected successfully"), 1);
  now_ += 1h;
  lose(listening, client3_);
  EXPECT_EQ(client5_.connects, 3);
}

TEST_F(ListenerConnectionTest, ReconnectsAfterALossAndTellsIt) {
  ListenerConnection listening = make();
  begin(listening);
  accept(listening, client5_);
  now_ += 1min;
  lose(listening, client5_, 139);
  EXPECT_EQ(audience_.disconnects, 1);
  EXPECT_EQ(lines("reason code 139"), 1);
  EXPECT_EQ(client5_.connects, 2) << "at once";
}

TEST_F(ListenerConnectionTest, TakesNoWordOfAnAttemptThatWasGivenUp) {
  ListenerConnection listening = make();
  begin(listening);
  const auto given_up = client5_.last_attempt;
  wait(listening);  // past all time limits
  wait(listening);
  ASSERT_GT(client5_.connects, 1);
  listening.handle(Connected{given_up, {}, {}}, now_);
  EXPECT_FALSE(listening.is_connected());
}

TEST_F(ListenerConnectionTest, UsesAClientNoMoreThatNeverAnswered) {
  ListenerConnection listening = make();
  begin(listening);
  wait(listening);
  wait(listening);
  EXPECT_EQ(made_.size(), 2u);
}

TEST_F(ListenerConnectionTest, SuspectsAnotherClientWithItsIdOnlyWhenNothingWasUnderWay) {
  ListenerConnection listening = make();
  int filters = 0;
  audience_.subscribe_all = [&] { subscribe(listening, std::to_string(++filters)); };
  begin(listening);
  for (int i = 0; i < 8; ++i) {
    accept(listening, client5_);
    lose(listening, client5_);
    wait(listening);
  }
  EXPECT_EQ(lines("client id"), 0);
}

/// mosquitto 2.0 gives no reason when it closes the connection because another client takes over.
TEST_F(ListenerConnectionTest, SuspectsAnotherClientWithItsIdWhenItIsClosedAtOnceEachTime) {
  ListenerConnection listening = make();
  begin(listening);
  for (int i = 0; i < 5; ++i) {
    accept(listening, client5_);
    lose(listening, client5_);
    if (i < 4) wait(listening);
  }
  EXPECT_EQ(lines("client id"), 1);
  EXPECT_GE(listening.next_look() - now_, 20s);
}

TEST_F(ListenerConnectionTest, IsNotFoughtOverWhenAnotherClientTakesItsId) {
  ListenerConnection listening = make();
  begin(listening);
  accept(listening, client5_);
  lose(listening, client5_, 142);
  EXPECT_EQ(lines("Another client uses the listener's client id"), 1);
  EXPECT_GE(listening.next_look() - now_, 20s);
}

TEST_F(ListenerConnectionTest, AsksForTheKeepAliveThatTheBrokerWants) {
  settings_.keepalive = 60s;
  ListenerConnection listening = make();
  begin(listening);
  listening.handle(Connected{client5_.last_attempt, {}, 5s}, now_);
  EXPECT_EQ(client5_.disconnects, 1);
  listening.handle(Left{client5_.last_attempt}, now_);
  listening.look(now_);
  EXPECT_EQ(client5_.keepalive, 5s);
  listening.handle(Connected{client5_.last_attempt, {}, 5s}, now_);
  EXPECT_TRUE(listening.is_connected());
  EXPECT_EQ(audience_.connects, 1);
}

TEST_F(ListenerConnectionTest, TakesAKeepAliveThatIsLongerThanItsOwn) {
  settings_.keepalive = 60s;
  ListenerConnection listening = make();
  begin(listening);
  listening.handle(Connected{client5_.last_attempt, {}, 65535s}, now_);
  EXPECT_TRUE(listening.is_connected());
}

TEST_F(ListenerConnectionTest, TheFirstSubscriptionConnectsAndIsAnsweredByTheBroker) {
  ListenerConnection listening = make();
  listening.set_observer(audience_);
  listening.listen(true, now_);
  subscribe(listening, "a");
  EXPECT_TRUE(told_.empty());
  accept(listening, client5_);
  ASSERT_EQ(client5_.sent.size(), 1u);
  listening.handle(Answered{client5_.sent[0].number, {Kind::granted, 0}}, now_);
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].kind, Kind::granted);
}

TEST_F(ListenerConnectionTest, TheFirstSubscriptionIsRefusedInTimeWhereThereIsNoBroker) {
  ListenerConnection listening = make();
  listening.set_observer(audience_);
  listening.listen(true, now_);
  subscribe(listening, "a");
  fail(listening, client5_, {-1, Failure::unreachable});
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].kind, Kind::not_connected);
}

TEST_F(ListenerConnectionTest, TheFirstSubscriptionIsRefusedInTimeWhereTheBrokerIsSilent) {
  ListenerConnection listening = make();
  listening.set_observer(audience_);
  subscribe(listening, "a");
  now_ += settings_.connect_timeout;
  listening.look(now_);
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].kind, Kind::not_connected);
}

TEST_F(ListenerConnectionTest, AChangeIsRefusedAtOnceWhileTheBrokerIsAway) {
  ListenerConnection listening = make();
  begin(listening);
  accept(listening, client5_);
  now_ += 1min;
  lose(listening, client5_);
  subscribe(listening, "a");
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].kind, Kind::not_connected);
}

TEST_F(ListenerConnectionTest, DisconnectsWhenThereIsNothingToListenToAnyMore) {
  ListenerConnection listening = make();
  begin(listening);
  accept(listening, client5_);
  listening.listen(false, now_);
  listening.look(now_);
  EXPECT_EQ(client5_.disconnects, 1);
  EXPECT_EQ(audience_.disconnects, 1);
  listening.handle(Left{client5_.last_attempt}, now_);
  listening.look(now_);
  EXPECT_EQ(client5_.connects, 1);
}

TEST_F(ListenerConnectionTest, TellsWhenAFilterThatWasLeftOutMayBeTriedAgain) {
  ListenerConnection listening = make();
  audience_.subscribe_all = [&] { subscribe(listening, "bad"); };
  begin(listening);
  for (int i = 0; i < 2; ++i) {
    accept(listening, client5_);
    lose(listening, client5_);
    wait(listening);
  }
  accept(listening, client5_);
  EXPECT_EQ(told_.back().kind, Kind::left_out);
  wait(listening);
  EXPECT_EQ(audience_.ended_pauses, 1);
}

TEST_F(ListenerConnectionTest, TakesLeaveWithADisconnectAndTellsWhatWasUnderWay) {
  ListenerConnection listening = make();
  begin(listening);
  accept(listening, client5_);
  subscribe(listening, "a");
  listening.say_goodbye(now_ + 1s);
  EXPECT_EQ(client5_.disconnects, 1);
  EXPECT_FALSE(listening.is_gone());
  listening.handle(Left{client5_.last_attempt}, now_);
  EXPECT_TRUE(listening.is_gone());
  listening.end();
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].kind, Kind::lost);
}

}  // namespace
}  // namespace bridge::listener
