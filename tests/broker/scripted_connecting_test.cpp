// Brokers that want another version or a shorter keep alive, or that do not speak MQTT: the attempts, their
// pauses, and the log's lines.

#include <gtest/gtest.h>

#include "scripted_fixture.h"
#include "support/certificates.h"

namespace bridge::test {
namespace {

using namespace std::chrono_literals;

class FallBackTest : public ::testing::Test {
 protected:
  /// Expects one warning: that the connection is 3.1.1.
  static void expect_one_warning(const BridgeProcess& bridge) {
    EXPECT_TRUE(bridge.output().wait_for_line("MQTT 3.1.1, which has no reason codes", within(soon)));
    EXPECT_EQ(bridge.output().count("[warning]"), 1U) << bridge.output().text();
    EXPECT_EQ(bridge.output().count("MQTT 3.1.1, which has no reason codes"), 1U) << bridge.output().text();
    EXPECT_EQ(bridge.output().count("Bad connection"), 0U) << bridge.output().text();
  }
};

TEST_F(FallBackTest, ABrokerThatClosesWithoutAWordIsReachedWithinThreeSecondsAndWithOneLine) {
  const ScriptedBroker broker({{welcome_311(cut())}});
  const TimePoint start = Clock::now();
  const BridgeProcess bridge(on_script(broker));
  EXPECT_LE(since(start), scaled(3s));
  expect_one_warning(bridge);
  expect_success(post(bridge, "t", "m", 1));
}

TEST_F(FallBackTest, ABrokerThatRefusesInTheWordsOf311IsReachedAtOnceAndWithOneLine) {
  const ScriptedBroker broker({{welcome_311(reply(connack_311(1)))}});
  const TimePoint start = Clock::now();
  const BridgeProcess bridge(on_script(broker));
  EXPECT_LE(since(start), scaled(1s));
  expect_one_warning(bridge);
  EXPECT_EQ(broker.connects(), 2);
}

TEST_F(FallBackTest, ABrokerThatNeverAnswersIsReachedAfterTwoTimeOuts) {
  const ScriptedBroker broker({{welcome_311(keep_silent())}});
  const TimePoint start = Clock::now();
  const BridgeProcess bridge(on_script(broker, "connect_timeout = 1"));
  EXPECT_LE(since(start), scaled(5s)) << "two, and a third where 5 is asked for once more";
  expect_success(post(bridge, "t", "m", 1));
}

TEST(ServerKeepAliveTest, IsKeptWithoutAnyTraffic) {
  const ScriptedBroker broker({{expect("CONNECT 5 clean"), reply(connack(0, false, {"\x13\x00\x01", 3}))}});
  const BridgeProcess bridge(on_script(broker, "keepalive = 60"));
  const TimePoint start = Clock::now();
  EXPECT_TRUE(eventually(within(soon), [&] { return broker.pings() >= 3; }));
  EXPECT_LE(since(start), scaled(3s));
  EXPECT_EQ(broker.connects(), 1);
}

/// Expects the reason why it cannot connect in the log and in /readyz.
void expect_told(const BridgeOptions& options, const std::string& words) {
  const BridgeProcess bridge(options, BridgeProcess::Wait::serving);
  EXPECT_TRUE(bridge.output().wait_for_line("The session cannot connect: ", within(10s)));
  EXPECT_TRUE(eventually(
      within(soon), [&] { return bridge.http().get("/readyz").content.find(words) != std::string::npos; }))
      << words << "\n"
      << bridge.http().get("/readyz").content;
  EXPECT_GE(bridge.output().count(words), 1U) << bridge.output().text();
}

BridgeOptions to(const std::string& uri, const std::string& ca_file = {}) {
  BridgeOptions options{.mqtt_port = 1,
                        .mqtt = "subscribe = []\nconnect_timeout = 1\nservers = [\"" + uri + "\"]"};
  if (!ca_file.empty()) options.more = "[mqtt.tls]\nca_file = \"" + ca_file + "\"";
  return options;
}

MosquittoOptions over_tls(const std::string& more = {}) {
  const ServerCertificate& certificate = Certificates::instance().for_loopback();
  return {.ca_file = Certificates::instance().ca_file(),
          .cert_file = certificate.cert_file,
          .key_file = certificate.key_file,
          .more = more};
}

TEST(WhyItFailedTest, ATlsPortIsSuspectedWhereItClosesBeforeItsConnack) {
  const Mosquitto broker(over_tls());
  expect_told(to("tcp://127.0.0.1:" + broker.port_text()), "(is this a TLS port?)");
}

TEST(WhyItFailedTest, AnotherProtocolIsNoTls) {
  const ScriptedBroker answers({{reply("220 mail.example ESMTP\r\n"), keep_silent()}});
  expect_told(to("ssl://localhost:" + std::to_string(answers.port()), Certificates::instance().ca_file()),
              "does not speak TLS");
  const Mosquitto closes;
  expect_told(to("ssl://localhost:" + closes.port_text(), Certificates::instance().ca_file()),
              "(is this a TLS port?)");
}

TEST(WhyItFailedTest, TheFaultOfACertificateIsSaidInItsWords) {
  const Mosquitto broker(over_tls());
  const std::string uri = "ssl://localhost:" + broker.port_text();
  expect_told(to(uri, Certificates::instance().unknown_ca_file()), "certificate: ");
}

TEST(WhyItFailedTest, AClientCertificateThatIsWantedIsSaid) {
  const Mosquitto broker(over_tls("require_certificate true"));
  expect_told(to("ssl://localhost:" + broker.port_text(), Certificates::instance().ca_file()),
              "wants a client certificate");
}

TEST(WhyItFailedTest, NobodyListensNobodyAnswersNobodyIsKnown) {
  expect_told(to("tcp://127.0.0.1:" + std::to_string(free_port())), "connection refused");
  const ScriptedBroker silent({{keep_silent()}});
  expect_told(to("tcp://127.0.0.1:" + std::to_string(silent.port())), "no CONNACK within 1 s");
  expect_told(to("tcp://no-such-host.invalid:1883"), "name");
}

TEST(WhyItFailedTest, ARefusalIsSaidWithItsReasonStringOnOneLine) {
  const std::string reason = PacketWriter().byte(0x1F).text("not\nyou").bytes();
  const ScriptedBroker broker({{expect("CONNECT 5 clean"), reply(connack(0x8A, false, reason)), cut()}});
  BridgeOptions options = on_script(broker);
  const BridgeProcess bridge(options, BridgeProcess::Wait::serving);
  EXPECT_TRUE(bridge.output().wait_for_line(R"(reason code 138 (banned): "not\nyou")", within(soon)))
      << bridge.output().text();
}

}  // namespace
}  // namespace bridge::test
