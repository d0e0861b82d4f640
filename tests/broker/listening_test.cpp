// The addresses at which the bridge serves: a Unix socket, IPv6.

#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "bridge_fixture.h"
#include "support/child_process.h"
#include "support/curl.h"

namespace bridge::test {
namespace {

class UnixSocketTest : public ::testing::Test {
 protected:
  BridgeOptions options(const std::string& http = {}) const {
    return {.mqtt_port = broker_.port(), .http = http, .transport = Transport::unix_socket};
  }

  static unsigned mode_of(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
  }

  /// Starts a second bridge at the same address. @return how it ended.
  static ProgramResult run_second(const BridgeProcess& first) {
    return run_program({bridge_binary(), {"--config", first.config_file(), "--mqtt-client-id", "second"}});
  }

  Mosquitto broker_;
};

TEST_F(UnixSocketTest, CurlPublishesThroughIt) {
  const BridgeProcess bridge(options());
  MqttProbe probe(broker_.port());
  probe.subscribe("t");
  const CurlResult result =
      curl({"--unix-socket", bridge.endpoint().path, "-d", "hello", "http://anything.example/topics/t"});
  EXPECT_EQ(result.status, 200) << result.content;
  const auto message = probe.wait_for_topic("t", within(soon));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->payload, "hello");
  EXPECT_FALSE(port_is_open(bridge.port())) << "no port beside it";
}

TEST_F(UnixSocketTest, ItHasThePermissionsOfTheSetting) {
  const BridgeProcess as_by_default(options());
  EXPECT_EQ(mode_of(as_by_default.endpoint().path), 0660U);
  const BridgeProcess for_all(options("socket_mode = \"0666\""));
  EXPECT_EQ(mode_of(for_all.endpoint().path), 0666U);
}

TEST_F(UnixSocketTest, ItIsRemovedAtTheEndAndReplacedAfterAKill) {
  BridgeProcess bridge(options());
  const std::string path = bridge.endpoint().path;
  EXPECT_EQ(bridge.stop(), 0);
  EXPECT_FALSE(std::filesystem::exists(path));
  bridge.start();
  bridge.process().kill();
  EXPECT_TRUE(std::filesystem::exists(path));
  bridge.start();
  EXPECT_EQ(bridge.http().get("/healthz").status, 200);
}

TEST_F(UnixSocketTest, OneThatIsInUseIsLeftAlone) {
  BridgeProcess bridge(options());
  const ProgramResult second = run_second(bridge);
  EXPECT_EQ(second.status, 1);
  EXPECT_NE((second.output + second.errors).find(bridge.endpoint().path), std::string::npos)
      << second.output << second.errors;
  EXPECT_EQ(bridge.http().get("/healthz").status, 200) << "the first still has its socket";
}

TEST_F(UnixSocketTest, AFileInItsPlaceIsLeftAlone) {
  BridgeProcess bridge(options());
  EXPECT_EQ(bridge.stop(), 0);
  std::filesystem::copy_file(bridge.config_file(), bridge.endpoint().path);
  EXPECT_EQ(run_second(bridge).status, 1);
  EXPECT_TRUE(std::filesystem::is_regular_file(bridge.endpoint().path));
}

TEST_F(UnixSocketTest, ThatOfAnotherProcessInItsPlaceOutlivesItsEnd) {
  BridgeProcess first(options());
  std::filesystem::remove(first.endpoint().path);
  const ChildProcess second({.program = bridge_binary(),
                             .arguments = {"--config", first.config_file(), "--mqtt-client-id", "second"}});
  const auto serves = [&] { return first.http().get("/healthz").status == 200; };
  ASSERT_TRUE(eventually(within(soon), serves));
  EXPECT_EQ(first.stop(), 0);
  EXPECT_TRUE(serves()) << "whoever is there now can no longer be reached";
}

class Ipv6Test : public ::testing::Test {
 protected:
  /// @return true if the bridge answers at `host`. curl reaches IPv6.
  static bool answers(const BridgeProcess& bridge, const std::string& host) {
    const std::string url = "http://" + host + ":" + std::to_string(bridge.port()) + "/healthz";
    return eventually(within(std::chrono::seconds(2)), [&] { return curl({"-g", url}).status == 200; });
  }

  Mosquitto broker_;
};

TEST_F(Ipv6Test, LoopbackIsServed) {
  const BridgeProcess bridge(
      {.mqtt_port = broker_.port(), .http = "address = \"::1\"", .transport = Transport::http},
      BridgeProcess::Wait::none);
  EXPECT_TRUE(answers(bridge, "[::1]"));
  EXPECT_FALSE(port_is_open(bridge.port())) << "IPv4 was not asked for";
}

TEST_F(Ipv6Test, TheUnspecifiedAddressServesIpv4Too) {
  const BridgeProcess bridge({.mqtt_port = broker_.port(),
                              .http = "address = \"::\"\nanonymous = true",
                              .transport = Transport::http});
  EXPECT_TRUE(answers(bridge, "[::1]"));
  EXPECT_TRUE(answers(bridge, "127.0.0.1"));
}

}  // namespace
}  // namespace bridge::test
