// A broker that speaks only TLS, and one that speaks only MQTT 3.1.1.

#include <gtest/gtest.h>

#include "bridge_fixture.h"
#include "problem.h"
#include "support/certificates.h"
#include "support/tcp_proxy.h"

namespace bridge::test {
namespace {

MosquittoOptions tls_only(const ServerCertificate& certificate) {
  return {.ca_file = Certificates::instance().ca_file(),
          .cert_file = certificate.cert_file,
          .key_file = certificate.key_file};
}

BridgeOptions over_tls(const Mosquitto& broker, const std::string& host, const std::string& ca_file) {
  return {.mqtt_port = broker.port(),
          .mqtt = "servers = [\"ssl://" + host + ":" + broker.port_text() + "\"]",
          .more = "[mqtt.tls]\nca_file = \"" + ca_file + "\""};
}

/// Expects a bridge that stays up, says why it is not connected, and was never accepted by the broker.
void expect_refused(const Mosquitto& broker, const BridgeOptions& options) {
  BridgeProcess bridge(options, BridgeProcess::Wait::serving);
  EXPECT_TRUE(bridge.output().wait_for_line("Bad connection. Code: ", within(std::chrono::seconds(10))))
      << bridge.output().text();
  EXPECT_FALSE(bridge.is_ready());
  EXPECT_TRUE(bridge.process().running());
  EXPECT_EQ(broker.connections_of("bridge-under-test"), 0U);
}

TEST(TlsTest, TheRightHostNameAndAuthorityAreAccepted) {
  const Mosquitto broker(tls_only(Certificates::instance().for_loopback()));
  for (const std::string host : {"localhost", "127.0.0.1"}) {
    const BridgeProcess bridge(over_tls(broker, host, Certificates::instance().ca_file()));
    HttpClient http = bridge.http();
    expect_success(http.post_json("/publish", {{"topic", "django/mqtt"}, {"msg", "over TLS"}, {"qos", 1}}));
    EXPECT_TRUE(bridge.output().wait_for_line("with payload: over TLS", within(soon)));
  }
}

TEST(TlsTest, AnUnknownAuthorityIsRefused) {
  const Mosquitto broker(tls_only(Certificates::instance().for_loopback()));
  expect_refused(broker, over_tls(broker, "localhost", Certificates::instance().unknown_ca_file()));
}

TEST(TlsTest, AnotherHostNameIsRefused) {
  const Mosquitto broker(tls_only(Certificates::instance().for_another_host()));
  for (const std::string host : {"localhost", "127.0.0.1"}) {
    expect_refused(broker, over_tls(broker, host, Certificates::instance().ca_file()));
  }
}

TEST(TlsTest, ACertificateWhoseKeyIsEncryptedIsShownToTheBroker) {
  const ServerCertificate& certificate = Certificates::instance().for_loopback();
  MosquittoOptions demanding = tls_only(certificate);
  demanding.more = "require_certificate true";
  const Mosquitto broker(demanding);
  const TempDir directory;
  const std::string key = directory.file("encrypted.key");
  const ProgramResult made = run_program(
      {"openssl", {"pkey", "-in", certificate.key_file, "-aes256", "-passout", "pass:hunter2", "-out", key}});
  ASSERT_EQ(made.status, 0) << made.errors;
  BridgeOptions options = over_tls(broker, "localhost", Certificates::instance().ca_file());
  options.more += "\ncert_file = \"" + certificate.cert_file + "\"\nkey_file = \"" + key +
                  "\"\nkey_passphrase = \"hunter2\"";
  const BridgeProcess bridge(options);
  EXPECT_TRUE(bridge.is_ready());
}

TEST(TlsTest, WithoutAnAuthorityOfItsOwnOnlyTheSystemsAreTrusted) {
  const Mosquitto broker(tls_only(Certificates::instance().for_loopback()));
  BridgeOptions options = over_tls(broker, "localhost", "");
  options.more.clear();
  expect_refused(broker, options);
}

class FallbackTest : public ::testing::Test {
 protected:
  Mosquitto broker_;
  TcpProxy proxy_{broker_.port()};
};

TEST_F(FallbackTest, APeerOf311OnlyIsSpokenToAsSuchWithAWarning) {
  proxy_.refuse_version_5();
  const BridgeProcess bridge({.mqtt_port = proxy_.port(), .mqtt = "version = 5"});
  EXPECT_TRUE(bridge.output().wait_for_line("3.1.1", within(soon))) << bridge.output().text();
  EXPECT_TRUE(bridge.output().wait_for_line("[warning]", within(soon))) << bridge.output().text();
  EXPECT_GE(proxy_.refused_connects(), 1);
  HttpClient http = bridge.http();
  for (const int qos : {0, 1, 2}) {
    const std::string payload = "by 3.1.1 at " + std::to_string(qos);
    expect_success(http.post_json("/publish", {{"topic", "django/mqtt"}, {"msg", payload}, {"qos", qos}}));
    EXPECT_TRUE(bridge.output().wait_for_line("with payload: " + payload, within(soon)));
  }
}

TEST_F(FallbackTest, Version3NeverTriesFive) {
  proxy_.refuse_version_5();
  const BridgeProcess bridge({.mqtt_port = proxy_.port(), .mqtt = "version = 3"});
  EXPECT_EQ(proxy_.refused_connects(), 0);
  const std::string named = " as bridge-under-test (" + mosquitto_name_of_311() + ",";
  EXPECT_TRUE(eventually(within(soon), [&] { return broker_.log().count(named) == 1U; }))
      << broker_.log().text();
}

TEST_F(FallbackTest, TheSecondServerOfTheListIsUsedWhenTheFirstIsAway) {
  const std::uint16_t nobody = free_port();
  const BridgeProcess bridge({.mqtt_port = nobody,
                              .mqtt = "servers = [\"tcp://127.0.0.1:" + std::to_string(nobody) +
                                      "\", \"tcp://127.0.0.1:" + broker_.port_text() + "\"]"});
  EXPECT_TRUE(eventually(within(soon), [this] { return broker_.connections_of("bridge-under-test") == 1U; }));
}

}  // namespace
}  // namespace bridge::test
