// Attempts: what the log says of them, and which version and server the next one takes.
#include "driver_fixture.h"

namespace bridge::mqtt::test {
namespace {

using Told = std::vector<std::string>;

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

TEST_F(SessionDriverTest, TellsAReasonOnceAMinuteAndANewOneAtOnce) {
  settings_.subscribe.clear();
  start();
  const auto fail_for = [this](std::chrono::seconds time, const std::string& words) {
    for (const TimePoint end = clock_.now() + time; clock_.now() < end;) {
      if (opening_) fails_to_open(ConnectFailure::Kind::unreachable, words);
      wait(100ms);
    }
  };
  fail_for(50s, "connection refused");
  EXPECT_EQ(logged("cannot connect: connection refused"), 1);
  EXPECT_EQ(logged("Bad connection. Code: -1"), 1);
  fail_for(5s, "no route to host");
  EXPECT_EQ(logged("cannot connect: no route to host"), 1);
  fail_for(2s, "connection refused");
  EXPECT_EQ(logged("cannot connect: connection refused"), 1) << "reasons that alternate fill no log";
  fail_for(30s, "connection refused");
  EXPECT_EQ(logged("cannot connect: connection refused"), 2);
}

TEST_F(SessionDriverTest, TellsTheReasonAgainInTheNextOutage) {
  start();
  for (int outage = 1; outage <= 2; ++outage) {
    fails_to_open(ConnectFailure::Kind::unreachable, "connection refused");
    EXPECT_EQ(logged("cannot connect: connection refused"), outage);
    while (!opening_) wait(100ms);
    lets_in();
    reply(Connack());
    close_connection();
    while (!opening_) wait(100ms);
  }
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

/// mosquitto 2.0 gives no reason when it closes the connection because another client takes over.
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

TEST_F(SessionDriverTest, ThinksOfNoTakeOverWhereTheBrokerGivesAnotherReason) {
  start();
  for (int i = 0; i < 10; ++i) {
    for (int waited = 0; waited < 20 && !opening_; ++waited) wait(100ms);
    lets_in();
    reply(Connack());
    Disconnect busy;
    busy.reason_code = 137;
    reply(busy);
  }
  EXPECT_EQ(logged("client id"), 0);
}

TEST_F(SessionDriverTest, TellsThatTheBrokerIsAwayAndDidNotMerelyClose) {
  connect();
  close_connection();
  for (int waited = 0; waited < 20 && !opening_; ++waited) wait(100ms);
  lets_in();
  reply(Connack());
  EXPECT_EQ(std::count(told_.begin(), told_.end(), "unreachable"), 0);
  close_connection();
  for (int waited = 0; waited < 20 && !opening_; ++waited) wait(100ms);
  fails_to_open(ConnectFailure::Kind::unreachable, "connection refused");
  EXPECT_EQ(told_.back(), "unreachable");
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

}  // namespace
}  // namespace bridge::mqtt::test
