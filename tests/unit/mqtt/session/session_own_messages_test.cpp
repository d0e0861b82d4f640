// The birth message, the farewell, and the end of the session.
#include "driver_fixture.h"

namespace bridge::mqtt::test {
namespace {

using Told = std::vector<std::string>;

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

/// RabbitMQ closes the connection at a topic that it forbids, without a word; the session goes on.
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
