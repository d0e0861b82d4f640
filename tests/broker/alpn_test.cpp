// The protocols that the bridge offers in the ClientHello of its TLS connection to the broker.

#include <gtest/gtest.h>

#include "bridge_fixture.h"

namespace bridge::test {
namespace {

/// The extension of RFC 7301, 3.1, for one or more names, each behind its length.
std::string alpn_extension(const std::string& names) {
  const auto size = static_cast<char>(names.size());
  return std::string("\x00\x10\x00", 3) + static_cast<char>(names.size() + 2) + '\0' + size + names;
}

std::string client_hello_with(const std::string& alpn_setting) {
  const Listener broker;
  const BridgeProcess bridge({.mqtt_port = broker.port(),
                              .mqtt = "servers = [\"ssl://127.0.0.1:" + std::to_string(broker.port()) + "\"]",
                              .more = "[mqtt.tls]\n" + alpn_setting},
                             BridgeProcess::Wait::none);
  const Socket accepted = broker.accept(within(soon));
  return accepted.is_open() ? accepted.receive(within(soon)).value_or("") : "";
}

TEST(AlpnTest, TheProtocolsOfTheSettingsAreOfferedInOrder) {
  const std::string hello = client_hello_with("alpn = [\"mqtt\", \"x-amzn-mqtt-ca\"]");
  EXPECT_NE(hello.find(alpn_extension("\x04mqtt\x0ex-amzn-mqtt-ca")), std::string::npos);
}

TEST(AlpnTest, NoneIsOfferedWithoutThem) {
  const std::string hello = client_hello_with("alpn = []");
  ASSERT_FALSE(hello.empty());
  EXPECT_EQ(hello.find("mqtt"), std::string::npos);
}

}  // namespace
}  // namespace bridge::test
