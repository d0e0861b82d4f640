#include "broker_address.h"

#include <gtest/gtest.h>

namespace bridge::mqtt {
namespace {

TEST(BrokerAddressTest, TakesAUriApart) {
  const BrokerAddress plain = broker_address("tcp://broker.example:1883");
  EXPECT_EQ(plain.host, "broker.example");
  EXPECT_EQ(plain.port, "1883");
  EXPECT_FALSE(plain.tls);
  EXPECT_FALSE(plain.websocket);

  const BrokerAddress secure = broker_address("ssl://[2001:db8::1]:8883");
  EXPECT_EQ(secure.host, "2001:db8::1");
  EXPECT_EQ(secure.port, "8883");
  EXPECT_TRUE(secure.tls);
  EXPECT_FALSE(secure.websocket);
}

TEST(BrokerAddressTest, AWebSocketsPathIsMqttUnlessItIsNamed) {
  EXPECT_EQ(broker_address("ws://h:80").path, "/mqtt");
  EXPECT_EQ(broker_address("ws://h:80/").path, "/");
  const BrokerAddress address = broker_address("wss://[::1]:8084/a:b/c");
  EXPECT_EQ(address.path, "/a:b/c");
  EXPECT_EQ(address.host, "::1");
  EXPECT_EQ(address.port, "8084");
  EXPECT_TRUE(address.tls && address.websocket);
}

}  // namespace
}  // namespace bridge::mqtt
