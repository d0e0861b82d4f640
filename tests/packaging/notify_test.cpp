#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <string>

#include "packaging/notify_socket.h"
#include "support/bridge_process.h"
#include "support/mosquitto.h"
#include "support/socket.h"

namespace bridge::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The bridge as systemd starts it: with a socket to notify, and a watchdog that waits for `watchdog`.
class NotifyTest : public testing::Test {
 protected:
  void start(std::uint16_t mqtt_port, milliseconds watchdog = seconds(10)) {
    const std::string watchdog_usec = std::to_string(std::chrono::microseconds(watchdog).count());
    child_ = std::make_unique<ChildProcess>(
        Command{bridge_binary(),
                {"--mqtt-server", "127.0.0.1", "--mqtt-port", std::to_string(mqtt_port), "--http-port",
                 std::to_string(http_port_), "--state-dir", "none"},
                {{"NOTIFY_SOCKET", manager_.path()}, {"WATCHDOG_USEC", watchdog_usec}}});
  }

  NotifySocket manager_;
  std::uint16_t http_port_ = free_port();
  std::unique_ptr<ChildProcess> child_;
};

TEST_F(NotifyTest, IsReadyOnceItServesAlthoughTheBrokerIsAway) {
  start(free_port());

  ASSERT_TRUE(manager_.next("READY=1", within(seconds(5))));
  EXPECT_TRUE(port_is_open(http_port_));
}

TEST_F(NotifyTest, TellsInItsStatusWhetherItIsConnected) {
  Mosquitto broker({}, false);
  start(broker.port());
  ASSERT_TRUE(manager_.next("STATUS=Not ready", within(seconds(5))));

  broker.start();

  EXPECT_TRUE(manager_.next("STATUS=Connected", within(seconds(5))));
}

TEST_F(NotifyTest, FeedsTheWatchdogInTime) {
  constexpr milliseconds watchdog(800);
  start(free_port(), watchdog);
  ASSERT_TRUE(manager_.next("WATCHDOG=1", within(seconds(5))));

  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(manager_.next("WATCHDOG=1", Clock::now() + watchdog)) << "systemd would have killed it";
  }
}

TEST_F(NotifyTest, SaysThatItStopsAndExitsWithZero) {
  start(free_port());
  ASSERT_TRUE(manager_.next("READY=1", within(seconds(5))));

  child_->signal(SIGTERM);

  EXPECT_TRUE(manager_.next("STOPPING=1", within(seconds(5))));
  EXPECT_EQ(child_->wait_for_exit(within(seconds(5))), 0);
}

}  // namespace
}  // namespace bridge::test
