#include "broker_limits.h"

#include <gtest/gtest.h>
#include <mqtt/properties.h>

namespace bridge::mqtt {
namespace {

using ::mqtt::property;

BrokerLimits limits(std::initializer_list<property> of) {
  ::mqtt::properties properties;
  for (const property& each : of) properties.add(each);
  return limits_of_connack(properties.c_struct());
}

TEST(BrokerLimitsTest, AllowsEverythingThatTheBrokerDoesNotLimit) {
  const BrokerLimits none = limits({});
  EXPECT_EQ(none.protocol_version, 5);
  EXPECT_EQ(none.maximum_qos, QoS::exactly_once);
  EXPECT_TRUE(none.retain_available);
  EXPECT_TRUE(none.wildcard_available);
  EXPECT_TRUE(none.shared_available);
  EXPECT_EQ(none.receive_maximum, 65535);
}

TEST(BrokerLimitsTest, TakesTheMaximumQosAsTold) {
  EXPECT_EQ(limits({{property::MAXIMUM_QOS, 0}}).maximum_qos, QoS::at_most_once);
  EXPECT_EQ(limits({{property::MAXIMUM_QOS, 1}}).maximum_qos, QoS::at_least_once);
}

TEST(BrokerLimitsTest, TakesEachFeatureThatIsNotAvailable) {
  EXPECT_FALSE(limits({{property::RETAIN_AVAILABLE, 0}}).retain_available);
  EXPECT_FALSE(limits({{property::WILDCARD_SUBSCRIPTION_AVAILABLE, 0}}).wildcard_available);
  EXPECT_FALSE(limits({{property::SHARED_SUBSCRIPTION_AVAILABLE, 0}}).shared_available);
  EXPECT_TRUE(limits({{property::RETAIN_AVAILABLE, 1}}).retain_available);
}

TEST(BrokerLimitsTest, TakesSizesToTheirLastBit) {
  EXPECT_EQ(limits({{property::MAXIMUM_PACKET_SIZE, 1000}}).maximum_packet_size, 1000u);
  EXPECT_EQ(
      limits({{property::MAXIMUM_PACKET_SIZE, static_cast<std::int32_t>(0xFFFFFFFFU)}}).maximum_packet_size,
      0xFFFFFFFFU);
  EXPECT_EQ(limits({{property::RECEIVE_MAXIMUM, 20}}).receive_maximum, 20);
  EXPECT_EQ(limits({{property::RECEIVE_MAXIMUM, 65535}}).receive_maximum, 65535);
}

TEST(BrokerLimitsTest, DoesNotBelieveAZeroThatTheStandardForbids) {
  EXPECT_GT(limits({{property::MAXIMUM_PACKET_SIZE, 0}}).maximum_packet_size, 0u);
  EXPECT_GT(limits({{property::RECEIVE_MAXIMUM, 0}}).receive_maximum, 0);
}

TEST(BrokerLimitsTest, KnowsTheVersionOfABrokerThatSaysNothing) {
  EXPECT_EQ(limits_of_mqtt_3().protocol_version, 4);
  EXPECT_EQ(limits_of_mqtt_3().maximum_qos, QoS::exactly_once);
}

TEST(BrokerLimitsTest, NotesTheServersKeepAlive) {
  ::mqtt::properties properties;
  EXPECT_FALSE(server_keep_alive(properties.c_struct()).has_value());
  properties.add(property(property::SERVER_KEEP_ALIVE, 30));
  EXPECT_EQ(server_keep_alive(properties.c_struct()), std::chrono::seconds(30));
}

}  // namespace
}  // namespace bridge::mqtt
