#include "driver_fixture.h"

namespace bridge::mqtt::test {
namespace {

using Told = std::vector<std::string>;

TEST_F(SessionDriverTest, TellsOfTheConnectionAfterTheConnack) {
  start();
  EXPECT_TRUE(opening_);
  lets_in();
  EXPECT_EQ(next<Connect>().client_identifier, "me");
  EXPECT_FALSE(driver_->takes(QoS::at_most_once));
  EXPECT_EQ(driver_->log().standing(), "not tried yet");
  reply(Connack());
  EXPECT_EQ(told_, Told({"connected with 5"}));
  EXPECT_TRUE(driver_->takes(QoS::exactly_once));
  EXPECT_EQ(driver_->log().standing(), "");
  EXPECT_EQ(logged("The session is up"), 1);
}

TEST_F(SessionDriverTest, SaysTheTutorialsWordsWhereNobodyListens) {
  settings_.subscribe.clear();
  connect({false, 0x87, {}});
  EXPECT_EQ(logged("Bad connection. Code: 135"), 1);
  wait(1s);
  lets_in();
  reply(Connack());
  EXPECT_EQ(logged("Connected successfully"), 1);
  close_connection();
  settings_.subscribe = {{"added", QoS::at_most_once}};  // while it runs
  wait(1s);
  lets_in();
  reply(Connack());
  EXPECT_EQ(logged("Connected successfully"), 1) << "the listener's line by now";
}

TEST_F(SessionDriverTest, WritesOnceForAllThatATurnHas) {
  connect();
  const int before = network_.writes;
  for (int i = 0; i < 50; ++i) wanted_.push_back(&message("m", QoS::at_least_once));
  driver_->ask_for_turn();
  settle();
  EXPECT_EQ(network_.writes, before + 1);
}

TEST_F(SessionDriverTest, GoesOnWhereTheSocketStopped) {
  connect();
  network_.written.clear();
  network_.room = 10;
  publish("0123456789", QoS::at_most_once);
  publish("later", QoS::at_most_once);
  EXPECT_EQ(told_, Told({"connected with 5"}));
  const int before = network_.writes;
  driver_->ask_for_turn();
  settle();
  EXPECT_EQ(network_.writes, before) << "a socket that takes nothing is not asked again";
  network_.room = 1000;
  network_.events.on_writable();
  settle();
  EXPECT_EQ(next<Publish>().payload, "0123456789");
  EXPECT_EQ(next<Publish>().payload, "later");
  EXPECT_EQ(told_, Told({"connected with 5", "0123456789 0", "later 0"}));
}

TEST_F(SessionDriverTest, AsksForMoreWhenThereIsRoomAgain) {
  Connack connack;
  connack.properties.receive_maximum = 1;
  connect(connack);
  publish("first", QoS::at_least_once);
  publish("second", QoS::at_least_once);
  EXPECT_EQ(wanted_.size(), 1u);
  reply(acknowledgement(PacketType::puback, 1));
  EXPECT_EQ(wanted_.size(), 0u);
}

TEST_F(SessionDriverTest, AsksTheListenerWhenItWantsToBeAskedAlsoWhileAway) {
  wants_turn_at_ = clock_.now() + 100ms;
  start();
  wants_turn_at_ = TimePoint::max();
  const int before = turns_;
  wait(99ms);
  EXPECT_EQ(turns_, before);
  wait(1ms);
  EXPECT_EQ(turns_, before + 1);
}

TEST_F(SessionDriverTest, EndsWhatIsInFlightAsThePromiseOfTheListenerSays) {
  connect();
  publish("kept", QoS::at_least_once);
  answer_ = Resumption::start_anew;
  close_connection();
  EXPECT_EQ(told_, Told({"connected with 5", "disconnected", "kept 2"}));
  wait(1s);
  network_.written.clear();
  lets_in();
  EXPECT_TRUE(next<Connect>().clean_start);
}

TEST_F(SessionDriverTest, SendsAgainOnTheNextConnectionBeforeItIsTold) {
  connect();
  publish("kept", QoS::at_least_once);
  close_connection();
  wait(1s);
  lets_in();
  EXPECT_FALSE(next<Connect>().clean_start);
  reply(Connack{true, 0, {}});
  EXPECT_TRUE(next<Publish>().dup);
  reply(acknowledgement(PacketType::puback, 1));
  EXPECT_EQ(told_, Told({"connected with 5", "disconnected", "connected with 5", "kept 0"}));
}

TEST_F(SessionDriverTest, TellsHowTheConnectionWasLost) {
  using Kind = ConnectionLoss::Kind;
  const auto lose = [this](const std::function<void()>& how) {
    if (!driver_)
      connect();
    else
      wait(10s), lets_in(), reply(Connack{true, 0, {}});
    how();
    return losses_.back();
  };
  EXPECT_EQ(lose([this] { close_connection(); }).kind, Kind::closed);
  EXPECT_EQ(lose([this] { close_connection(false); }).kind, Kind::broken);
  EXPECT_EQ(lose([this] { reply(Disconnect{0x97, {}}); }).reason_code, 0x97);
  EXPECT_EQ(lose([this] { reply(acknowledgement(PacketType::puback, 7)); }).kind, Kind::faulty);
  EXPECT_EQ(logged("the broker sent DISCONNECT, reason code 151 (quota exceeded)"), 1);
  EXPECT_EQ(logged("the broker broke the protocol: PUBACK: acknowledges no message that was sent"), 1);
}

TEST_F(SessionDriverTest, TellsTheBrokerOfItsFault) {
  connect();
  next<Connect>();
  reply(acknowledgement(PacketType::puback, 7));
  EXPECT_EQ(next<Disconnect>().reason_code, 0x82);
  EXPECT_FALSE(network_.open);
}

TEST_F(SessionDriverTest, ConfirmsWhatWasWritten) {
  connect();
  next<Connect>();
  std::vector<bool> answers;
  publish("x", QoS::at_most_once);
  driver_->confirm_written([&](bool arrived) { answers.push_back(arrived); });
  settle();
  next<Publish>();
  next<Pingreq>();
  EXPECT_TRUE(answers.empty());
  reply(Pingresp());
  EXPECT_EQ(answers, std::vector<bool>({true}));
  driver_->confirm_written([&](bool arrived) { answers.push_back(arrived); });
  close_connection();
  driver_->confirm_written([&](bool arrived) { answers.push_back(arrived); });
  EXPECT_EQ(answers, std::vector<bool>({true, false, false}));
}

}  // namespace
}  // namespace bridge::mqtt::test
