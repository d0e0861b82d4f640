// The wall clock is set while messages are stored: a message that has an hour does not expire, nor after a
// restart.

#include <gtest/gtest.h>

#include "jumping_clock.h"
#include "support/bridge_process.h"
#include "support/mosquitto.h"
#include "support/mqtt_probe.h"
#include "support/tcp_proxy.h"

namespace bridge::test {
namespace {

using namespace std::chrono_literals;

class ClockTest : public ::testing::Test {
 protected:
  ClockTest() {
    way_.let_through(false);
    bridge_ = std::make_unique<BridgeProcess>(
        BridgeOptions{.mqtt_port = way_.port(),
                      .mqtt = "subscribe = []\nack_timeout = 1\n",
                      .more = "[outbox]\nmin_free = 0\n",
                      .keep_state = true,
                      .transport = Transport::http,
                      .environment = [this](const std::string&) { return clock_.environment(); }},
        BridgeProcess::Wait::serving);
    reader_.subscribe("t", 1);
  }

  void store_three() {
    for (const char* payload : {"a", "b", "c"}) {
      const HttpResponse response =
          bridge_->http().post_json("/publish", {{"topic", "t"},
                                                 {"msg", payload},
                                                 {"qos", 1},
                                                 {"properties", {{"message_expiry_interval", 3600}}}});
      ASSERT_EQ(response.status, 202) << response.content;
    }
  }

  void expect_all_three_with_the_rest_of_their_hour() {
    way_.let_through(true);
    ASSERT_TRUE(reader_.wait_for_count(3, within(10s))) << bridge_->output().text();
    for (const ReceivedMessage& message : reader_.received()) {
      EXPECT_LE(message.properties.message_expiry_interval.value_or(0), 3600U);
      EXPECT_GE(message.properties.message_expiry_interval.value_or(0), 3500U);
    }
  }

  JumpingClock clock_;
  Mosquitto broker_;
  TcpProxy way_{broker_.port()};
  MqttProbe reader_{broker_.port()};
  std::unique_ptr<BridgeProcess> bridge_;
};

TEST_F(ClockTest, SetADayForwardItEndsNoMessageEarly) {
  store_three();
  clock_.set_forward(24h);
  expect_all_three_with_the_rest_of_their_hour();
}

TEST_F(ClockTest, SetADayForwardItEndsNoMessageEarlyInTheNextProcessEither) {
  store_three();
  clock_.set_forward(24h);
  ASSERT_EQ(bridge_->stop(), 0);
  bridge_->start(BridgeProcess::Wait::serving);
  expect_all_three_with_the_rest_of_their_hour();
}

TEST_F(ClockTest, SetADayBackItProlongsNone) {
  store_three();
  clock_.set_forward(-24h);
  expect_all_three_with_the_rest_of_their_hour();
}

TEST_F(ClockTest, ADayBetweenTwoProcessesIsADay) {
  store_three();
  ASSERT_EQ(bridge_->stop(), 0);
  clock_.set_forward(24h);
  bridge_->start(BridgeProcess::Wait::serving);
  EXPECT_TRUE(
      bridge_->output().wait_for_line("3 stored messages expired before they could be sent", within(10s)))
      << bridge_->output().text();
}

}  // namespace
}  // namespace bridge::test
