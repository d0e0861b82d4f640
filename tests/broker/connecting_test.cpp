// The ways to a broker: with a name, with a certificate, over WebSocket, with 3.1.1; and the log's lines
// about them.

#include <gtest/gtest.h>

#include "bridge_fixture.h"
#include "support/certificates.h"
#include "support/child_process.h"
#include "support/fake_broker.h"
#include "support/tcp_proxy.h"

namespace bridge::test {
namespace {

class PasswordTest : public ::testing::Test {
 protected:
  MosquittoOptions options() const {
    const std::string file = directory_.write("passwords", "");
    EXPECT_EQ(run_program({"mosquitto_passwd", {"-b", file, "bridge", "hunter2"}}).status, 0);
    return {.more = "allow_anonymous false\npassword_file " + file};
  }

  TempDir directory_;
  Mosquitto broker_{options()};
};

TEST_F(PasswordTest, TheRightPasswordOpensTheDoor) {
  const BridgeProcess bridge(
      {.mqtt_port = broker_.port(), .mqtt = "user = \"bridge\"\npassword = \"hunter2\""});
  expect_success(bridge.http().post_json("/publish", {{"topic", "t"}, {"msg", "m"}, {"qos", 1}}));
}

TEST_F(PasswordTest, APasswordFileIsReadToItsLineEnd) {
  const std::string file = directory_.write("secret", "hunter2\n");
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  const BridgeProcess bridge(
      {.mqtt_port = broker_.port(), .mqtt = "user = \"bridge\"\npassword_file = \"" + file + "\""});
  EXPECT_TRUE(bridge.is_ready());
}

TEST_F(PasswordTest, AWrongPasswordIsSaidAndNeverPrinted) {
  const BridgeProcess bridge(
      {.mqtt_port = broker_.port(), .mqtt = "user = \"bridge\"\npassword = \"wr0ng-one\""},
      BridgeProcess::Wait::serving);
  EXPECT_TRUE(bridge.output().wait_for_line("Bad connection. Code: 135", within(soon)))
      << bridge.output().text();
  EXPECT_FALSE(bridge.is_ready());
  EXPECT_EQ(bridge.output().text().find("wr0ng-one"), std::string::npos);
}

TEST(ClientCertificateTest, ItIsShownToABrokerThatAsksForIt) {
  const Certificates& certificates = Certificates::instance();
  const ServerCertificate& certificate = certificates.for_loopback();
  const Mosquitto broker({.ca_file = certificates.ca_file(),
                          .cert_file = certificate.cert_file,
                          .key_file = certificate.key_file,
                          .more = "require_certificate true"});
  const BridgeProcess bridge({.mqtt_port = broker.port(),
                              .mqtt = "servers = [\"ssl://localhost:" + broker.port_text() + "\"]",
                              .more = "[mqtt.tls]\nca_file = \"" + certificates.ca_file() +
                                      "\"\ncert_file = \"" + certificate.cert_file + "\"\nkey_file = \"" +
                                      certificate.key_file + "\""});
  expect_success(bridge.http().post_json("/publish", {{"topic", "t"}, {"msg", "m"}, {"qos", 1}}));
}

TEST(WebSocketTest, MessagesGoBothWays) {
  const std::string port = std::to_string(free_port());
  const Mosquitto broker({.more = "listener " + port + " 127.0.0.1\nprotocol websockets"});
  const BridgeProcess bridge(
      {.mqtt_port = broker.port(), .mqtt = "servers = [\"ws://127.0.0.1:" + port + "\"]"});
  HttpClient http = bridge.http();
  for (const int qos : {0, 1, 2}) {
    const std::string payload = std::string("over WebSocket at ") + std::to_string(qos);
    expect_success(http.post_json("/publish", {{"topic", "django/mqtt"}, {"msg", payload}, {"qos", qos}}));
    EXPECT_TRUE(bridge.output().wait_for_line("with payload: " + payload, within(soon)));
  }
  expect_success(http.request("POST", "/topics/large?qos=1", std::string(1000000, 'x')));
}

class SecureWebSocketTest : public ::testing::Test {
 protected:
  std::string listener() const {
    const ServerCertificate& certificate = Certificates::instance().for_loopback();
    return "listener " + port_ + " 127.0.0.1\nprotocol websockets\ncafile " +
           Certificates::instance().ca_file() + "\ncertfile " + certificate.cert_file + "\nkeyfile " +
           certificate.key_file;
  }
  BridgeOptions trusting(const std::string& ca_file) const {
    return {.mqtt_port = broker_.port(),
            .mqtt = "servers = [\"wss://localhost:" + port_ + "\"]",
            .more = "[mqtt.tls]\nca_file = \"" + ca_file + "\""};
  }

  const std::string port_ = std::to_string(free_port());
  const Mosquitto broker_{{.more = listener()}};
};

TEST_F(SecureWebSocketTest, MessagesGoBothWays) {
  const BridgeProcess bridge(trusting(Certificates::instance().ca_file()));
  HttpClient http = bridge.http();
  expect_success(http.post_json("/publish", {{"topic", "django/mqtt"}, {"msg", "over wss"}, {"qos", 1}}));
  EXPECT_TRUE(bridge.output().wait_for_line("with payload: over wss", within(soon)));
  expect_success(http.request("POST", "/topics/large?qos=1", std::string(1000000, 'x')));
}

TEST_F(SecureWebSocketTest, AnUnknownAuthorityIsRefused) {
  const BridgeProcess bridge(trusting(Certificates::instance().unknown_ca_file()),
                             BridgeProcess::Wait::serving);
  EXPECT_TRUE(bridge.output().wait_for_line("Bad connection. Code: ", within(std::chrono::seconds(10))));
  EXPECT_FALSE(bridge.is_ready());
  EXPECT_EQ(broker_.connections_of("bridge-under-test"), 0U);
}

TEST(SilentFallbackTest, APeerThatClosesOnFiveWithoutAWordIsSpokenToIn311WithOneWarning) {
  const Mosquitto broker;
  TcpProxy proxy(broker.port());
  proxy.close_on_version_5();
  const BridgeProcess bridge({.mqtt_port = proxy.port(), .mqtt = "version = 5"});
  const auto warnings = [&] { return bridge.output().count("[warning] The broker does not take MQTT 5"); };
  EXPECT_TRUE(eventually(within(soon), [&] { return warnings() == 1; })) << bridge.output().text();
  proxy.let_through(false);
  proxy.let_through(true);
  const auto connected = [&] { return bridge.output().count("Connected successfully"); };
  EXPECT_TRUE(eventually(within(soon), [&] { return connected() == 2; })) << bridge.output().text();
  expect_success(bridge.http().post_json("/publish", {{"topic", "t"}, {"msg", "m"}, {"qos", 1}}));
  EXPECT_EQ(warnings(), 1U) << bridge.output().text();
}

TEST(SpokenFallbackTest, ABrokerThatRefusesFiveByItsCodeIsSpokenToIn311WithOneWarning) {
  BrokerScript script;
  script.connack_code = 132;  // Unsupported Protocol Version (MQTT 5.0, 3.2.2.2)
  const FakeBroker broker(script);
  const BridgeProcess bridge({.mqtt_port = broker.port()}, BridgeProcess::Wait::serving);
  EXPECT_TRUE(bridge.output().wait_for_line("Connected successfully", within(soon)))
      << bridge.output().text();
  EXPECT_TRUE(bridge.wait_until_ready(within(soon))) << "subscribed, too";
  EXPECT_EQ(bridge.output().count("[warning] The broker refuses MQTT 5"), 1U) << bridge.output().text();
}

TEST(ServerKeepAliveTest, ABrokerThatWantsToHearMoreOftenHears) {
  BrokerScript script;
  script.connack_properties = std::string("\x13\x00\x01", 3);  // 1 s (MQTT 5.0, 3.2.2.3.14)
  const FakeBroker broker(script);
  const BridgeProcess bridge({.mqtt_port = broker.port(), .mqtt = "keepalive = 60\nsubscribe = []"});
  EXPECT_TRUE(eventually(within(soon), [&] { return broker.pings() >= 2; }));
}

class StatusMessageTest : public ::testing::Test {
 protected:
  bool is_told(const std::string& payload) {
    const auto told = probe_.wait_for(
        [&](const ReceivedMessage& message) {
          return message.topic == "bridges/bridge-under-test/status" && message.payload == payload;
        },
        within(soon));
    probe_.forget_received();
    return told.has_value();
  }

  Mosquitto broker_;
  MqttProbe probe_{broker_.port()};
  const std::string status_ = "topic = \"bridges/{client_id}/status\"\npayload = ";
  const BridgeOptions options_{
      .mqtt_port = broker_.port(),
      .more = "[mqtt.birth]\n" + status_ + "\"online\"\n[mqtt.will]\n" + status_ + "\"offline\""};
};

TEST_F(StatusMessageTest, OnlineAndOfflineAreToldHoweverItEnds) {
  probe_.subscribe("bridges/#", 1);
  BridgeProcess bridge(options_);
  EXPECT_TRUE(is_told("online"));
  EXPECT_EQ(bridge.stop(), 0);
  EXPECT_TRUE(is_told("offline")) << "after an orderly end";
  bridge.start();
  EXPECT_TRUE(is_told("online"));
  bridge.process().kill();
  EXPECT_TRUE(is_told("offline")) << "after a crash";
}

TEST(TakeOverTest, AnIdThatAnotherClientTakesIsNotFoughtOver) {
  const Mosquitto broker;
  const BridgeProcess one({.mqtt_port = broker.port()}, BridgeProcess::Wait::serving);
  const BridgeProcess other({.mqtt_port = broker.port()}, BridgeProcess::Wait::serving);
  const auto said_by = [](const BridgeProcess& bridge) {
    // "it seems that another", if the broker's DISCONNECT with the reason did not arrive
    return bridge.output().count("nother client uses our client id") > 0;
  };
  EXPECT_TRUE(eventually(within(std::chrono::seconds(15)), [&] { return said_by(one) || said_by(other); }))
      << one.output().text();
  EXPECT_LE(broker.connections_of("bridge-under-test"), 20U);
  const BridgeProcess& kept = said_by(one) ? other : one;
  EXPECT_TRUE(kept.wait_until_ready(within(soon)));
}

}  // namespace
}  // namespace bridge::test
