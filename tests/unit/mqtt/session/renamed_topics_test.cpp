// Topics that RabbitMQ delivers under other names.
#include "driver_fixture.h"

namespace bridge::mqtt::test {
namespace {

/// The CONNACK of RabbitMQ 4.
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

}  // namespace
}  // namespace bridge::mqtt::test
