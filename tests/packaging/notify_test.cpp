#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <future>
#include <vector>

#include "packaging/hung_thread.h"
#include "packaging/supervised_bridge.h"
#include "support/mosquitto.h"

namespace bridge::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds watchdog(800);

TEST(NotifyTest, IsReadyOnceItServesAlthoughTheBrokerIsAway) {
  SupervisedBridge bridge(free_port(), watchdog);

  ASSERT_TRUE(bridge.manager().next("READY=1", within(seconds(5))));
  EXPECT_TRUE(port_is_open(bridge.http_port()));
}

TEST(NotifyTest, TellsInItsStatusWhetherItIsConnected) {
  Mosquitto broker({}, false);
  SupervisedBridge bridge(broker.port(), watchdog);
  ASSERT_TRUE(bridge.manager().next("STATUS=Not ready", within(seconds(5))));

  broker.start();

  EXPECT_TRUE(bridge.manager().next("STATUS=Connected", within(seconds(5))));
}

TEST(NotifyTest, SaysThatItStopsAndExitsWithZero) {
  SupervisedBridge bridge(free_port(), watchdog);
  ASSERT_TRUE(bridge.manager().next("READY=1", within(seconds(5))));

  bridge.process().signal(SIGTERM);

  EXPECT_TRUE(bridge.manager().next("STOPPING=1", within(seconds(5))));
  EXPECT_EQ(bridge.process().wait_for_exit(within(seconds(5))), 0);
}

TEST(WatchdogTest, IsFedInTime) {
  SupervisedBridge bridge(free_port(), watchdog);
  ASSERT_TRUE(bridge.manager().next("WATCHDOG=1", within(seconds(5))));

  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(bridge.manager().next("WATCHDOG=1", Clock::now() + watchdog)) << "systemd would kill it";
  }
}

/// @return true if systemd would kill a bridge whose thread `index` hangs; false if it has no such thread.
bool is_starved_when_a_thread_hangs(std::size_t index) {
  SupervisedBridge bridge(free_port(), watchdog);
  if (!bridge.manager().next("WATCHDOG=1", within(seconds(5)))) return false;
  const std::vector<pid_t> threads = unnamed_threads(bridge.process().pid());
  if (index >= threads.size()) return false;

  const HungThread hung(threads[index]);

  const TimePoint patience = within(seconds(9));
  while (bridge.manager().next("WATCHDOG=1", Clock::now() + watchdog)) {
    if (Clock::now() > patience) return false;
  }
  return true;
}

TEST(WatchdogTest, IsStarvedWhenAnEventLoopOrTheListenerHangs) {
  std::vector<std::future<bool>> trials;
  for (std::size_t index = 0; index < 8; ++index) {
    trials.push_back(std::async(std::launch::async, is_starved_when_a_thread_hangs, index));
  }

  const auto starved =
      std::count_if(trials.begin(), trials.end(), [](std::future<bool>& trial) { return trial.get(); });

  EXPECT_GE(starved, 3) << "two event loops, the listener";
}

}  // namespace
}  // namespace bridge::test
