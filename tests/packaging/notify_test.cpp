#include <gtest/gtest.h>

#include <csignal>

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

TEST_F(NotifyTest, TellsInItsStatusThatTheBrokerCame) {
  Mosquitto broker({}, false);
  start(broker.port());
  const auto without_broker = manager_.next("STATUS=", within(seconds(5)));
  ASSERT_TRUE(without_broker);

  broker.start();

  const auto is_news = [&] {
    const auto status = manager_.next("STATUS=", within(milliseconds(100)));
    return status && status->text != without_broker->text &&
           status->text.find(broker.port_text()) != std::string::npos;
  };
  EXPECT_TRUE(eventually(within(seconds(5)), is_news)) << "still " << without_broker->text;
}

TEST_F(NotifyTest, FeedsTheWatchdogInTime) {
  constexpr milliseconds watchdog(800);
  start(free_port(), watchdog);
  auto last = manager_.next("WATCHDOG=1", within(seconds(5)));
  ASSERT_TRUE(last);

  for (int i = 0; i < 5; ++i) {
    const auto next = manager_.next("WATCHDOG=1", Clock::now() + watchdog);
    ASSERT_TRUE(next) << "nothing for 800 ms: systemd would have killed it";
    last = next;
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
