// A broker that has fallen silent, and one that merely has nothing to say.
#include "driver_fixture.h"

namespace bridge::mqtt::test {
namespace {

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

}  // namespace
}  // namespace bridge::mqtt::test
