// The program as the shell and the service manager see it.

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "bridge_fixture.h"
#include "support/fake_broker.h"

namespace bridge::test {
namespace {

ProgramResult run_bridge(std::vector<std::string> arguments,
                         std::map<std::string, std::string> environment = {}) {
  const TempDir directory;
  return run_program(
      {bridge_binary(), std::move(arguments), std::move(environment), directory.path().string()});
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(CommandLineTest, AGoodConfigurationPassesTheCheck) {
  const TempDir directory;
  const std::string file = directory.write("good.toml", "[mqtt]\nserver = \"127.0.0.1\"\n");
  const ProgramResult result = run_bridge({"--config", file, "--check"});
  EXPECT_EQ(result.status, 0) << result.output << result.errors;
}

TEST(CommandLineTest, EveryFaultIsToldWithItsKeyAndLine) {
  const TempDir directory;
  const std::string file =
      directory.write("bad.toml", "[mqtt]\nport = 70000\nserver = 5\n\n[http]\nprot = 1\n");
  for (const bool check : {true, false}) {
    std::vector<std::string> arguments = {"--config", file};
    if (check) arguments.emplace_back("--check");
    const ProgramResult result = run_bridge(arguments);
    const std::string said = result.output + result.errors;
    EXPECT_EQ(result.status, 78) << said;
    for (const char* part :
         {"bad.toml:2", "mqtt.port", "bad.toml:3", "mqtt.server", "bad.toml:6", "http.prot"}) {
      EXPECT_TRUE(contains(said, part)) << part << " is not in " << said;
    }
  }
}

TEST(CommandLineTest, AMissingConfigurationIsAFault) {
  const ProgramResult result = run_bridge({"--config", "/nowhere/bridge.toml"});
  EXPECT_EQ(result.status, 78);
  EXPECT_TRUE(contains(result.output + result.errors, "/nowhere/bridge.toml"));
}

TEST(CommandLineTest, PrintedConfigurationsKeepTheirSecrets) {
  const TempDir directory;
  const std::string file = directory.write("secret.toml", "[mqtt]\nuser = \"me\"\npassword = \"hunter2\"\n");
  const ProgramResult result = run_bridge({"--config", file, "--print-config"});
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(contains(result.output, "\"me\"")) << result.output;
  EXPECT_FALSE(contains(result.output + result.errors, "hunter2"));
  const ProgramResult other =
      run_bridge({"--print-config"}, {{"MQTT_PASSWORD", "hunter3"}, {"MQTT_PORT", "1999"}});
  EXPECT_EQ(other.status, 0);
  EXPECT_TRUE(contains(other.output, "1999")) << other.output;
  EXPECT_FALSE(contains(other.output + other.errors, "hunter3"));
}

TEST(CommandLineTest, VersionAndHelpAreSaidOnStdout) {
  const ProgramResult version = run_bridge({"--version"});
  EXPECT_EQ(version.status, 0);
  EXPECT_TRUE(contains(version.output, ".")) << version.output;
  const ProgramResult help = run_bridge({"--help"});
  EXPECT_EQ(help.status, 0);
  for (const char* flag : {"--config", "--check", "--print-config", "--mqtt-server", "--mqtt-port",
                           "--mqtt-user", "--mqtt-client-id", "--subscribe", "--http-address", "--http-port",
                           "--state-dir", "--log-level", "--log-format"}) {
    EXPECT_TRUE(contains(help.output, flag)) << flag;
  }
  EXPECT_FALSE(contains(help.output, "--mqtt-password"));
}

TEST(CommandLineTest, AnUnknownFlagIsAFault) {
  const ProgramResult result = run_bridge({"--no-such-flag"});
  EXPECT_EQ(result.status, 78);
  EXPECT_TRUE(contains(result.output + result.errors, "--no-such-flag"));
}

TEST(CommandLineTest, AnOpenAddressWithoutAuthenticationIsRefused) {
  const std::vector<std::string> arguments = {
      "--http-address", "0.0.0.0",   "--http-port", std::to_string(free_port()),
      "--mqtt-server",  "127.0.0.1", "--state-dir", "none"};
  const ProgramResult result = run_bridge(arguments);
  EXPECT_EQ(result.status, 78);
  EXPECT_TRUE(contains(result.output + result.errors, "anonymous")) << result.output << result.errors;
}

TEST(ProgramTest, FlagsWinOverTheFile) {
  const Mosquitto broker;
  const BridgeProcess bridge(
      {.mqtt_port = broker.port(),
       .mqtt = "subscribe = [\"from/file\"]",
       .arguments = {"--mqtt-client-id", "from-flag", "--subscribe", "a", "--subscribe", "b"}});
  EXPECT_TRUE(eventually(within(soon), [&] { return broker.connections_of("from-flag") == 1U; }));
  const HttpResponse list = bridge.http().get("/subscriptions");
  EXPECT_FALSE(contains(list.content, "from/file")) << list.content;
  EXPECT_EQ(list.json().value("subscriptions", nlohmann::json()).size(), 2U) << list.content;
}

TEST(ProgramTest, AnOutspokenOpenAddressIsServed) {
  const Mosquitto broker;
  const BridgeProcess bridge({.mqtt_port = broker.port(), .http = "address = \"0.0.0.0\"\nanonymous = true"});
  EXPECT_TRUE(bridge.is_ready());
}

TEST(ProgramTest, APortInUseIsSaidAndEndsTheStart) {
  const Mosquitto broker;
  const BridgeProcess first({.mqtt_port = broker.port()});
  const std::string port = std::to_string(first.port());
  const ProgramResult second = run_bridge({"--http-port", port, "--mqtt-server", "127.0.0.1", "--mqtt-port",
                                           broker.port_text(), "--state-dir", "none"});
  EXPECT_EQ(second.status, 1);
  EXPECT_TRUE(contains(second.output + second.errors, port)) << second.output << second.errors;
  EXPECT_TRUE(first.is_ready());
}

class StopTest : public ::testing::TestWithParam<int> {
 protected:
  /// Signals the bridge. @return its exit status, if it ended within 5 s.
  static std::optional<int> end(BridgeProcess& bridge) {
    bridge.process().signal(GetParam());
    return bridge.process().wait_for_exit(within(std::chrono::seconds(5)));
  }
};

INSTANTIATE_TEST_SUITE_P(Signals, StopTest, ::testing::Values(SIGTERM, SIGINT),
                         [](const auto& tested) { return tested.param == SIGTERM ? "Term" : "Int"; });

TEST_P(StopTest, EndsWithStatus0AndSaysGoodbyeToTheBroker) {
  const Mosquitto broker;
  BridgeProcess bridge({.mqtt_port = broker.port()});
  EXPECT_EQ(end(bridge), 0);
  EXPECT_TRUE(broker.wait_for_goodbye("bridge-under-test", within(soon))) << broker.log().text();
}

TEST_P(StopTest, AnIdleKeptConnectionDoesNotHoldItUp) {
  const Mosquitto broker;
  BridgeProcess bridge({.mqtt_port = broker.port()});
  HttpClient idle = bridge.http();
  ASSERT_EQ(idle.get("/healthz").status, 200);
  const Socket silent = Socket::connect_to(bridge.port());
  EXPECT_EQ(end(bridge), 0);
}

TEST_P(StopTest, WhatIsInFlightIsAnswered) {
  BrokerScript script;
  script.puback = [](const std::string&) { return -1; };
  const FakeBroker broker(script);
  BridgeProcess bridge({.mqtt_port = broker.port(), .mqtt = "ack_timeout = 60"});
  HttpResponse response;
  std::thread caller([&] {
    response = bridge.http().post_json("/publish", {{"topic", "t"}, {"msg", "m"}, {"qos", 1}});
  });
  eventually(within(soon), [&] { return !broker.published_topics().empty(); });
  EXPECT_EQ(end(bridge), 0);
  caller.join();
  EXPECT_EQ(response.status, 504) << "sent and not confirmed" << response.content;
}

TEST_P(StopTest, AFrozenBrokerDoesNotHoldItUp) {
  const Mosquitto broker;
  BridgeProcess bridge({.mqtt_port = broker.port()});
  broker.freeze();
  EXPECT_EQ(end(bridge), 0);
  broker.thaw();
}

TEST_P(StopTest, ABrokerThatIsAwayDoesNotHoldItUp) {
  BridgeProcess bridge({.mqtt_port = free_port()}, BridgeProcess::Wait::serving);
  EXPECT_EQ(end(bridge), 0);
}

}  // namespace
}  // namespace bridge::test
