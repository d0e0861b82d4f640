// `mqtt-rest-bridge healthcheck`, as a container or a monitor runs it beside the bridge.

#include <gtest/gtest.h>

#include <csignal>
#include <map>

#include "bridge_fixture.h"
#include "support/certificates.h"

namespace bridge::test {
namespace {

const Certificates& health_certificates() { return Certificates::instance(); }

/// Runs it with the settings of `bridge`, unless variables say otherwise.
ProgramResult healthcheck(const BridgeProcess& bridge, std::vector<std::string> arguments = {},
                          std::map<std::string, std::string> environment = {}) {
  std::vector<std::string> words = {"healthcheck", "--config", bridge.config_file()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return run_program({bridge_binary(), words, std::move(environment)});
}

void expect_healthy(const ProgramResult& result) {
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(result.output + result.errors, "");
}

/// Expects exit status 1, and one line that contains `why`.
void expect_unhealthy(const ProgramResult& result, const std::string& why) {
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.errors.find(why), std::string::npos) << result.errors;
  EXPECT_EQ(std::count(result.errors.begin(), result.errors.end(), '\n'), 1) << result.errors;
}

TEST(HealthcheckTest, SaysWhetherItServesAndWhetherItIsReady) {
  const Mosquitto broker;
  const BridgeProcess ready({.mqtt_port = broker.port(), .transport = Transport::http});
  expect_healthy(healthcheck(ready));
  expect_healthy(healthcheck(ready, {"--ready"}));
  const BridgeProcess unready({.mqtt_port = free_port(), .transport = Transport::http},
                              BridgeProcess::Wait::serving);
  expect_healthy(healthcheck(unready));
  expect_unhealthy(healthcheck(unready, {"--ready"}), "GET /readyz is answered 503: ");
  expect_unhealthy(healthcheck(unready, {"--ready"}), "not connected to the broker");
}

TEST(HealthcheckTest, FindsItByFlagsAndVariables) {
  const BridgeProcess bridge({.mqtt_port = free_port(), .transport = Transport::http},
                             BridgeProcess::Wait::serving);
  const std::string port = std::to_string(bridge.port());
  expect_healthy(run_program({bridge_binary(), {"healthcheck", "--http-port", port}}));
  expect_healthy(run_program({bridge_binary(), {"healthcheck"}, {{"HTTP_PORT", port}, {"MQTT_PORT", "x"}}}));
  expect_unhealthy(run_program({bridge_binary(), {"healthcheck"}, {{"HTTP_PORT", "x"}}}),
                   "HTTP_PORT: http.port");
}

TEST(HealthcheckTest, AsksOnLoopbackWhatListensOnAllAddresses) {
  for (const std::string address : {"0.0.0.0", "::"}) {
    const BridgeProcess bridge({.mqtt_port = free_port(),
                                .http = "address = \"" + address + "\"\nanonymous = true",
                                .transport = Transport::http},
                               BridgeProcess::Wait::serving);
    expect_healthy(healthcheck(bridge));
  }
}

TEST(HealthcheckTest, AsksOverAUnixSocket) {
  BridgeProcess bridge({.mqtt_port = free_port(), .transport = Transport::unix_socket},
                       BridgeProcess::Wait::serving);
  expect_healthy(healthcheck(bridge));
  EXPECT_EQ(bridge.stop(), 0);
  expect_unhealthy(healthcheck(bridge), "No such file or directory");
}

TEST(HealthcheckTest, IsUnhealthyWhereNothingListens) {
  BridgeProcess bridge({.mqtt_port = free_port(), .transport = Transport::http},
                       BridgeProcess::Wait::serving);
  bridge.kill();
  expect_unhealthy(healthcheck(bridge),
                   "127.0.0.1 port " + std::to_string(bridge.port()) + ": Connection refused");
}

TEST(HealthcheckTest, IsUnhealthyInTimeWhereTheProcessHangs) {
  for (const Transport transport : {Transport::http, Transport::https, Transport::unix_socket}) {
    BridgeProcess bridge({.mqtt_port = free_port(), .transport = transport}, BridgeProcess::Wait::serving);
    bridge.process().signal(SIGSTOP);
    const TimePoint start = Clock::now();
    expect_unhealthy(healthcheck(bridge), "there is no answer in time");
    EXPECT_LT(Clock::now() - start, scaled(std::chrono::seconds(4)));
    bridge.process().signal(SIGCONT);
    expect_healthy(healthcheck(bridge));
  }
}

TEST(HealthcheckTest, IsUnhealthyWhereAnotherProgramListens) {
  const Mosquitto broker;
  const BridgeProcess bridge({.mqtt_port = broker.port(), .transport = Transport::http});
  expect_unhealthy(healthcheck(bridge, {"--http-port", broker.port_text()}), "HTTP/1.1");
}

TEST(HealthcheckTest, AsksOverHttpsForTheCertificateThatIsConfigured) {
  const Mosquitto broker;
  const BridgeProcess bridge({.mqtt_port = broker.port(), .transport = Transport::https});
  expect_healthy(healthcheck(bridge, {"--ready"}));
  const ServerCertificate& other = health_certificates().for_another_host();
  expect_unhealthy(
      healthcheck(bridge, {},
                  {{"HTTP_TLS_CERT_FILE", other.cert_file}, {"HTTP_TLS_KEY_FILE", other.key_file}}),
      "another certificate");
  expect_unhealthy(healthcheck(bridge, {}, {{"HTTP_TLS_CERT_FILE", "/no/such"}}), "http.tls.cert_file: ");
}

TEST(HealthcheckTest, OverHttpsIsUnhealthyWherePlainHttpIsServed) {
  const BridgeProcess bridge({.mqtt_port = free_port(), .transport = Transport::http},
                             BridgeProcess::Wait::serving);
  const ServerCertificate& own = health_certificates().for_loopback();
  expect_unhealthy(
      healthcheck(bridge, {}, {{"HTTP_TLS_CERT_FILE", own.cert_file}, {"HTTP_TLS_KEY_FILE", own.key_file}}),
      "no TLS");
}

/// A bridge that serves only clients with a certificate of an authority. The healthcheck may have one, or
/// not.
class DemandedCertificateTest : public ::testing::Test {
 protected:
  void start(const std::string& authority) {
    bridge_.emplace(BridgeOptions{.mqtt_port = broker_.port(),
                                  .more = "client_ca_file = \"" + authority + "\"",
                                  .transport = Transport::https},
                    BridgeProcess::Wait::none);
    ASSERT_TRUE(eventually(within(soon), [&] { return healthcheck(*bridge_).status == 0; }))
        << healthcheck(*bridge_).errors;
  }

  Mosquitto broker_;
  std::optional<BridgeProcess> bridge_;
};

TEST_F(DemandedCertificateTest, OursIsShown) {
  start(health_certificates().ca_file());
  EXPECT_TRUE(eventually(within(soon), [&] { return healthcheck(*bridge_, {"--ready"}).status == 0; }))
      << healthcheck(*bridge_, {"--ready"}).errors;
}

TEST_F(DemandedCertificateTest, ItsRefusalIsASignOfLifeButNotOfReadiness) {
  start(health_certificates().unknown_ca_file());
  expect_healthy(healthcheck(*bridge_));
  expect_unhealthy(healthcheck(*bridge_, {"--ready"}), "http.tls.client_ca_file");
  bridge_->process().signal(SIGSTOP);
  expect_unhealthy(healthcheck(*bridge_), "there is no answer in time");
  bridge_->process().signal(SIGCONT);
}

}  // namespace
}  // namespace bridge::test
