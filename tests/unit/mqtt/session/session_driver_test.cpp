#include "driver_fixture.h"

namespace bridge::mqtt::test {
namespace {

using Told = std::vector<std::string>;

Acknowledgement acknowledgement(PacketType type, std::uint16_t identifier) {
  return {type, identifier, 0, {}};
}

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

TEST_F(SessionDriverTest, SaysWhyThereIsNoConnection) {
  start();
  fails_to_open(ConnectFailure::Kind::unreachable, "connection refused");
  EXPECT_EQ(driver_->log().standing(), "connection refused");
  EXPECT_EQ(logged("The session cannot connect: connection refused"), 1);
  wait(1s);
  lets_in();
  wait(5s);
  EXPECT_EQ(driver_->log().standing(), "no CONNACK within 5 s");
  wait(1s);
  lets_in();
  close_connection();
  EXPECT_EQ(driver_->log().standing(),
            "the broker closed the connection before its CONNACK (is this a TLS port?)");
  wait(1s);
  Connack refusal;
  refusal.reason_code = 0x87;
  refusal.properties.reason_string = "no\nentry";
  lets_in();
  reply(refusal);
  EXPECT_EQ(driver_->log().standing(),
            "the broker refuses the connection, reason code 135 (not authorized): \"no\\nentry\"");
}

TEST_F(SessionDriverTest, TellsOnceOfEachVersionThatItTriesWhileABrokerOnlyCloses) {
  start();
  for (int i = 0; i < 20; ++i) {
    lets_in();
    close_connection();
    wait(1s);
  }
  EXPECT_EQ(logged("Connecting to"), 2);
}

TEST_F(SessionDriverTest, SaysWhatTlsSaysWhereItEndsBeforeTheConnack) {
  settings_.servers = {"ssl://broker:8883"};
  start();
  lets_in();
  network_.open = false;
  network_.events.on_closed({true, "TLS: the broker wants a client certificate"});
  settle();
  EXPECT_EQ(
      driver_->log().standing(),
      "the broker closed the connection before its CONNACK: TLS: the broker wants a client certificate");
}

TEST_F(SessionDriverTest, NamesTheKeyOfAWillThatTheBrokerRefuses) {
  settings_.will.topic = "gone";
  connect({false, 0x9A, {}});
  EXPECT_NE(driver_->log().standing().find("mqtt.will.retain"), std::string::npos);
}

TEST_F(SessionDriverTest, FallsBackAtOnceWhereTheBrokerRefusesTheVersion) {
  start();
  lets_in();
  network_.events.on_received(std::string_view("\x20\x02\x00\x01", 4));
  settle();
  wait(0ms);
  version_ = Version::v3_1_1;
  lets_in();
  EXPECT_EQ(next<Connect>().version, Version::v3_1_1);
  reply(Connack());
  EXPECT_EQ(told_, Told({"connected with 4"}));
  EXPECT_EQ(logged("MQTT 3.1.1, which has no reason codes"), 1);
  EXPECT_EQ(logged("cannot connect"), 0);
}

TEST_F(SessionDriverTest, ComplainsOfAClosedConnectionOnlyWhereMqtt3DoesNotHelp) {
  settings_.subscribe.clear();
  start();
  for (int attempts = 0; attempts < 2; ++attempts) {
    lets_in();
    close_connection();
    wait(1s);
  }
  EXPECT_EQ(driver_->log().standing(),
            "the broker closed the connection before its CONNACK (is this a TLS port?)");
  EXPECT_EQ(logged("cannot connect") + logged("Bad connection"), 0);
  lets_in();
  close_connection();
  EXPECT_EQ(logged("cannot connect"), 1) << "it is none of the version's";
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

TEST_F(SessionDriverTest, KeepsAwayFromAnotherClientWithItsIdentifier) {
  connect();
  reply(Disconnect{0x8E, {}});
  EXPECT_EQ(logged("Another client uses our client id"), 1);
  wait(20s);
  EXPECT_FALSE(opening_);
  for (int i = 0; i < 20 && !opening_; ++i) wait(1s);
  EXPECT_TRUE(opening_);
}

TEST_F(SessionDriverTest, TriesTheServersInTurnAndStartsAnewOnAnother) {
  settings_.servers = {"tcp://a:1883", "tcp://b:1883"};
  connect();
  publish("kept", QoS::at_least_once);
  close_connection();
  wait(1s);
  EXPECT_EQ(server_, 0u);
  fails_to_open(ConnectFailure::Kind::unreachable, "connection refused");
  wait(1s);
  EXPECT_EQ(server_, 1u);
  EXPECT_EQ(told_.back(), "kept 2");
  lets_in();
  EXPECT_TRUE(next<Connect>().clean_start);
}

TEST_F(SessionDriverTest, GivesUpABrokerThatAnswersNothing) {
  connect();
  next<Connect>();
  publish("lost", QoS::at_least_once);
  const TimePoint handed_over = clock_.now();
  while (losses_.empty() && clock_.now() < handed_over + 10s) wait(50ms);
  ASSERT_EQ(losses_.size(), 1u);
  EXPECT_EQ(losses_.front().kind, ConnectionLoss::Kind::silent);
  EXPECT_LE(clock_.now() - handed_over, settings_.dead_after);
  next<Publish>();
  next<Pingreq>();
}

TEST_F(SessionDriverTest, GivesUpAnIdleBrokerThatDoesNotAnswerTheKeepAlive) {
  settings_.keepalive = 10s;
  connect();
  next<Connect>();
  wait(settings_.keepalive + settings_.dead_after);
  ASSERT_EQ(losses_.size(), 1u);
  EXPECT_EQ(losses_.front().kind, ConnectionLoss::Kind::silent);
}

TEST_F(SessionDriverTest, WithoutALimitGivesUpASilentBrokerAfterTwiceTheKeepAlive) {
  settings_.keepalive = 10s;
  settings_.dead_after = 0s;
  connect();
  next<Connect>();
  publish("x", QoS::at_least_once);
  next<Publish>();
  wait(5s);
  EXPECT_TRUE(losses_.empty());
  wait(15s);
  ASSERT_EQ(losses_.size(), 1u);
  EXPECT_EQ(losses_.front().kind, ConnectionLoss::Kind::silent);
}

TEST_F(SessionDriverTest, KeepsAnIdleBrokerThatAnswersTheKeepAlive) {
  settings_.keepalive = 10s;
  connect();
  next<Connect>();
  for (int i = 0; i < 600; ++i) {
    wait(50ms);
    if (network_.written.empty()) continue;
    next<Pingreq>();
    reply(Pingresp());
  }
  EXPECT_TRUE(losses_.empty());
}

TEST_F(SessionDriverTest, KeepsABrokerThatAnswersPings) {
  connect();
  next<Connect>();
  publish("slow", QoS::at_least_once);
  next<Publish>();
  for (int i = 0; i < 200; ++i) {
    wait(50ms);
    if (network_.written.empty()) continue;
    next<Pingreq>();
    reply(Pingresp());
  }
  EXPECT_TRUE(losses_.empty());
}

TEST_F(SessionDriverTest, AsksNothingAfterWhatIsAnsweredAnyway) {
  connect();
  next<Connect>();
  publish("x", QoS::at_least_once);
  const auto identifier = next<Publish>().packet_identifier;
  reply(Acknowledgement{PacketType::puback, identifier, 0, {}});
  wait(10s);
  EXPECT_TRUE(network_.written.empty());
  publish("y", QoS::at_most_once);
  next<Publish>();
  wait(1s);
  next<Pingreq>();
}

TEST_F(SessionDriverTest, AsksNothingWithoutAKeepAlive) {
  settings_.keepalive = 0s;
  connect();
  next<Connect>();
  wait(1h);
  EXPECT_TRUE(network_.written.empty());
  EXPECT_TRUE(losses_.empty());
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

TEST_F(SessionDriverTest, PublishesTheBirthOnEachConnection) {
  settings_.birth = {"state", "up", QoS::at_least_once, true};
  connect();
  next<Connect>();
  EXPECT_EQ(next<Publish>().payload, "up");
  reply(Acknowledgement{PacketType::puback, 1, 0x87, {}});
  EXPECT_EQ(logged("mqtt.birth: the broker refuses the message, reason code 135"), 1);
  EXPECT_EQ(told_, Told({"connected with 5"})) << "it is none of the listener's";
}

TEST_F(SessionDriverTest, LeavesOutABirthThatTheBrokerDoesNotSupport) {
  settings_.birth = {"state", "up", QoS::exactly_once, false};
  Connack connack;
  connack.properties.maximum_qos = 1;
  connect(connack);
  next<Connect>();
  EXPECT_EQ(network_.written, "");
  EXPECT_EQ(logged("mqtt.birth.qos: the broker does not support it"), 1);
}

/// RabbitMQ closes at a topic that it forbids, without a word, and has the session all the same.
TEST_F(SessionDriverTest, LeavesOutABirthAtWhichTheBrokerCloses) {
  settings_.birth = {"state", "up", QoS::at_least_once, true};
  connect();
  EXPECT_EQ((next<Connect>(), next<Publish>().payload), "up");
  close_connection();
  wait(1s);
  lets_in();
  reply(Connack{true, 0, {}});
  EXPECT_EQ((next<Connect>(), next<Publish>().payload), "up") << "once may be an accident";
  close_connection();
  EXPECT_EQ(logged("mqtt.birth: the broker closed the connection twice right after this message"), 1);
  wait(1s);
  lets_in();
  EXPECT_TRUE(next<Connect>().clean_start);
  reply(Connack());
  EXPECT_EQ(network_.written, "");
  close_connection();
  wait(10min);
  while (!opening_) wait(50ms);  // whichever attempt it is
  lets_in();
  reply(Connack());
  EXPECT_EQ((next<Connect>(), next<Publish>().payload), "up") << "the broker may allow it now";
  EXPECT_EQ(logged("client id"), 0);
}

TEST_F(SessionDriverTest, LeavesOutABirthOfQosZeroAtWhichTheBrokerCloses) {
  settings_.birth = {"state", "up", QoS::at_most_once, true};
  connect();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ((next<Connect>(), next<Publish>().payload), "up");
    close_connection();
    wait(1s);
    lets_in();
    reply(Connack());
  }
  next<Connect>();
  EXPECT_EQ(network_.written, "");
}

TEST_F(SessionDriverTest, KeepsABirthAfterWhichConnectionsLive) {
  settings_.birth = {"state", "up", QoS::at_most_once, true};
  connect();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ((next<Connect>(), next<Publish>().payload), "up");
    wait(2s);
    close_connection();
    wait(2s);
    lets_in();
    reply(Connack());
  }
}

/// mosquitto 2.0 says no reason when it closes the connection for another client's sake.
TEST_F(SessionDriverTest, TellsATakeOverByBehaviourToo) {
  start();
  for (int i = 0; i < 5; ++i) {
    for (int waited = 0; waited < 20 && !opening_; ++waited) wait(100ms);
    lets_in();
    reply(Connack());
    wait(100ms);
    close_connection();
  }
  EXPECT_EQ(logged("it seems that another client uses our client id"), 1);
  wait(20s);
  EXPECT_FALSE(opening_);
}

TEST_F(SessionDriverTest, ThinksOfNoTakeOverWhileAPublishIsUnderWay) {
  start();
  for (int i = 0; i < 10; ++i) {
    for (int waited = 0; waited < 20 && !opening_; ++waited) wait(100ms);
    lets_in();
    reply(Connack());
    publish("m", QoS::at_least_once);
    close_connection();
  }
  EXPECT_EQ(logged("client id"), 0);
}

/// What RabbitMQ 4 says in its CONNACK.
Connack of_rabbitmq() {
  Connack connack;
  connack.properties.maximum_qos = 1;
  connack.properties.topic_alias_maximum = 16;
  connack.properties.shared_subscription_available = 0;
  return connack;
}

TEST_F(SessionDriverTest, WarnsOnceOfATopicThatRabbitmqRenames) {
  connect(of_rabbitmq());
  publish("plain", QoS::at_least_once);
  EXPECT_EQ(logged("RabbitMQ"), 0);
  for (int i = 0; i < 3; ++i) {
    wanted_.push_back(&message("m", QoS::at_most_once));
    wanted_.back()->message.topic_name = "a.b/c";
    driver_->ask_for_turn();
    settle();
  }
  EXPECT_EQ(logged("\"a.b/c\" arrives under another name"), 1);
}

TEST_F(SessionDriverTest, DoesNotWarnOfTopicsThatOthersLeaveAlone) {
  Connack connack = of_rabbitmq();
  connack.properties.topic_alias_maximum = 10;
  connect(connack);
  wanted_.push_back(&message("m", QoS::at_most_once));
  wanted_.back()->message.topic_name = "a.b/*";
  driver_->ask_for_turn();
  settle();
  EXPECT_EQ(logged("RabbitMQ"), 0);
}

TEST_F(SessionDriverTest, KnowsRabbitmqUnder311ByItsAnswerToQosTwo) {
  settings_.version = 3;
  version_ = Version::v3_1_1;
  connect();
  wanted_.push_back(&message("m", QoS::at_most_once));
  wanted_.back()->message.topic_name = "a/*";
  publish("m", QoS::exactly_once);
  EXPECT_EQ(logged("arrives under another name"), 0);
  reply(acknowledgement(PacketType::puback, 1));
  EXPECT_EQ(logged("\"a/*\" arrives under another name"), 1);
}

TEST_F(SessionDriverTest, SaysTheWillItselfBeforeItLeaves) {
  settings_.will = {"state", "down", QoS::at_least_once, true};
  connect();
  EXPECT_EQ(next<Connect>().will->payload, "down");
  bool left = false;
  driver_->stop([&] { left = true; });
  settle();
  EXPECT_EQ(next<Publish>().payload, "down");
  EXPECT_FALSE(left);
  reply(acknowledgement(PacketType::puback, 1));
  EXPECT_EQ(next<Disconnect>().reason_code, 0);
  EXPECT_TRUE(left);
  EXPECT_FALSE(network_.open);
}

TEST_F(SessionDriverTest, LeavesInTimeWhateverTheBrokerDoes) {
  settings_.will = {"state", "down", QoS::at_least_once, true};
  connect();
  bool left = false;
  network_.room = 0;
  driver_->stop([&] { left = true; });
  settle();
  wait(2s);
  EXPECT_TRUE(left);
}

TEST_F(SessionDriverTest, LeavesAtOnceWithoutAConnection) {
  start();
  bool left = false;
  driver_->stop([&] { left = true; });
  EXPECT_TRUE(left);
  EXPECT_FALSE(opening_);
}

}  // namespace
}  // namespace bridge::mqtt::test
