// SIGTERM while stored messages drain: the bridge waits for those in flight, so that a clean stop sends none
// twice.

#include <algorithm>
#include <csignal>
#include <iostream>

#include "bridge_fixture.h"
#include "support/ledger.h"
#include "support/tcp_proxy.h"

namespace bridge::test {
namespace {

using nlohmann::json;

constexpr std::size_t items_of_a_bulk = 500;
constexpr std::size_t stops_in_the_midst = 5;
const std::size_t stored_in_all = sanitized ? 6000 : 20000;

class DrainingStopTest : public ::testing::Test {
 protected:
  DrainingStopTest() {
    way_.let_through(false);
    bridge_ = std::make_unique<BridgeProcess>(BridgeOptions{.mqtt_port = way_.port(),
                                                            .mqtt = "subscribe = []\nack_timeout = 1\n",
                                                            .more = "[outbox]\nmin_free = 0\n",
                                                            .keep_state = true},
                                              BridgeProcess::Wait::serving);
    reader_.subscribe("t", 1);
  }

  void store_all() {
    HttpClient http = bridge_->http();
    for (std::size_t first = 0; first < stored_in_all; first += items_of_a_bulk) {
      json items = json::array();
      for (std::size_t i = first; i < first + items_of_a_bulk; ++i)
        items.push_back({{"topic", "t"}, {"msg", std::to_string(i)}, {"qos", 1}});
      const json results = http.post_json("/publish/bulk", items).json().value("results", json::array());
      ASSERT_EQ(results.size(), items_of_a_bulk);
      for (std::size_t i = 0; i < items_of_a_bulk; ++i)
        ledger_.answered(std::to_string(first + i), results[i].value("status", 0));
    }
  }

  void stop_within_five_seconds() {
    const TimePoint start = Clock::now();
    bridge_->process().signal(SIGTERM);
    EXPECT_EQ(bridge_->process().wait_for_exit(start + scaled(std::chrono::seconds(5))), 0);
  }

  std::size_t stored() { return bridge_->http().get("/outbox").json().value("messages", std::size_t{0}); }

  LedgerResult deliver_the_rest() {
    way_.let_through(true);
    bridge_->start(BridgeProcess::Wait::serving);
    EXPECT_TRUE(eventually(within(patience), [this] { return stored() == 0; }));
    expect_success(bridge_->http().post_json("/publish", {{"topic", "t"}, {"msg", "last"}, {"qos", 1}}));
    EXPECT_TRUE(reader_.wait_for([](const ReceivedMessage& m) { return m.payload == "last"; }, within(soon)));
    for (const ReceivedMessage& message : reader_.received())
      if (message.payload != "last") ledger_.received(message.payload);
    return ledger_.compare();
  }

  Mosquitto broker_;
  TcpProxy way_{broker_.port()};
  MqttProbe reader_{broker_.port()};
  std::unique_ptr<BridgeProcess> bridge_;
  Ledger ledger_;
};

TEST_F(DrainingStopTest, FiveStopsSendEachMessageOnce) {
  store_all();
  bridge_->stop();
  way_.let_through(true);
  for (std::size_t stop = 1; stop <= stops_in_the_midst; ++stop) {
    // One more at least: before it sends, it may not yet heed SIGTERM.
    const std::size_t midst = std::max(stop * stored_in_all / (stops_in_the_midst + 2), reader_.count() + 1);
    bridge_->start(BridgeProcess::Wait::none);
    ASSERT_TRUE(reader_.wait_for_count(midst, within(patience)));
    stop_within_five_seconds();
    ASSERT_LT(reader_.count(), stored_in_all) << "it was no longer draining";
  }
  const LedgerResult result = deliver_the_rest();
  EXPECT_EQ(result.accepted, stored_in_all);
  EXPECT_TRUE(result.lost.empty()) << result.lost.size() << ", such as " << result.lost.front();
  EXPECT_EQ(result.duplicates, 0U);
}

TEST_F(DrainingStopTest, ABrokerThatFreezesMeanwhileProlongsNothingAndLosesNothing) {
  store_all();
  way_.let_through(true);
  ASSERT_TRUE(reader_.wait_for_count(1, within(patience)));
  way_.hold_answers(true);  // the window fills
  broker_.freeze();
  const TimePoint start = Clock::now();
  stop_within_five_seconds();
  std::cout << "SIGTERM while draining into a frozen broker: ended after " << since(start).count() << " ms\n";
  broker_.thaw();
  way_.hold_answers(false);
  const LedgerResult result = deliver_the_rest();
  EXPECT_TRUE(result.lost.empty()) << result.lost.size() << ", such as " << result.lost.front();
  EXPECT_LE(result.duplicates, 1000U) << "more than a window";
}

}  // namespace
}  // namespace bridge::test
