#include "bridge/core/server_uri.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

MqttSettings with_server(const std::string& server, std::uint16_t port) {
  MqttSettings settings;
  settings.server = server;
  settings.port = port;
  return settings;
}

TEST(ServerUriTest, MakesAUriOfServerAndPort) {
  EXPECT_EQ(server_uris(with_server("broker.example", 1884)),
            std::vector<std::string>{"tcp://broker.example:1884"});
}

TEST(ServerUriTest, PutsAnIpv6AddressInBrackets) {
  EXPECT_EQ(server_uris(with_server("::1", 1883)), std::vector<std::string>{"tcp://[::1]:1883"});
  EXPECT_EQ(server_uris(with_server("[fe80::1]", 1883)), std::vector<std::string>{"tcp://[fe80::1]:1883"});
}

TEST(ServerUriTest, PrefersTheListOfServersAndKeepsItsOrder) {
  MqttSettings settings = with_server("not.used", 1);
  settings.servers = {"mqtts://a", "tcp://b:2"};
  EXPECT_EQ(server_uris(settings), (std::vector<std::string>{"ssl://a:8883", "tcp://b:2"}));
}

TEST(ServerUriTest, WritesTheSchemesOwnPortWhereItIsMissing) {
  EXPECT_EQ(canonical_uri("mqtt://h"), "tcp://h:1883");
  EXPECT_EQ(canonical_uri("tcp://h"), "tcp://h:1883");
  EXPECT_EQ(canonical_uri("mqtts://h"), "ssl://h:8883");
  EXPECT_EQ(canonical_uri("ssl://[::1]"), "ssl://[::1]:8883");
  EXPECT_EQ(canonical_uri("ws://h/mqtt"), "ws://h:80/mqtt");
  EXPECT_EQ(canonical_uri("wss://h"), "wss://h:443");
}

TEST(ServerUriTest, LeavesAPortAndAPathAsTheyAre) {
  EXPECT_EQ(canonical_uri("mqtt://[::1]:2883"), "tcp://[::1]:2883");
  EXPECT_EQ(canonical_uri("wss://h:8084/a:b/c"), "wss://h:8084/a:b/c");
}

TEST(ServerUriTest, KnowsWhichServersSpeakTls) {
  EXPECT_TRUE(speaks_tls("ssl://h:1"));
  EXPECT_TRUE(speaks_tls("wss://h:1"));
  EXPECT_FALSE(speaks_tls("tcp://ssl:1"));
  EXPECT_FALSE(speaks_tls("ws://h:1"));
}

}  // namespace
}  // namespace bridge
