#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "run_ledger.h"
#include "support/bridge_process.h"
#include "support/mosquitto.h"
#include "witness.h"

namespace bridge::test {

constexpr auto soon = std::chrono::seconds(5);
constexpr auto in_a_while = std::chrono::seconds(30);

/// A bridge with an outbox whose way to the broker is barred until the test opens it, and the books on its
/// promises meanwhile.
class StoredFixture : public ::testing::Test {
 protected:
  StoredFixture() { bar(); }

  void bar() { proxy_.inject({.kind = LinkFault::Kind::reset}); }

  /// Starts a bridge that cannot reach the broker.
  void start_bridge(BridgeOptions options = {}) {
    options.mqtt_port = proxy_.port();
    options.keep_state = true;
    options.transport = Transport::http;
    options.mqtt += "subscribe = []\nack_timeout = 1\n";
    if (options.more.empty()) options.more = "[outbox]\nmin_free = 0\n";
    bridge_ = std::make_unique<BridgeProcess>(std::move(options), BridgeProcess::Wait::serving);
  }

  void start_again() { bridge_->start(BridgeProcess::Wait::serving); }

  /// Posts the next message at QoS 1. @return the status of its answer.
  int post() {
    const MessageName name{0, posted_++};
    HttpClient http = bridge_->http();
    last_ = http.post_json("/publish", {{"topic", topic_of(name)}, {"msg", payload_of(name)}, {"qos", 1}});
    ledger_.answered(name, last_.status);
    return last_.status;
  }

  /// Posts until an answer is `status`. @return true if one came before the deadline.
  bool post_until(int status, TimePoint deadline) {
    return eventually(deadline, [&] { return post() == status; });
  }

  std::int64_t messages_stored() {
    return bridge_->http().get("/outbox").json().value("messages", std::int64_t{-1});
  }

  /// Opens the way, and compares the books when everything is sent.
  LedgerTotals deliver_and_compare() {
    proxy_.heal();
    EXPECT_TRUE(eventually(within(in_a_while), [this] { return messages_stored() == 0; }))
        << messages_stored() << " are left\n"
        << bridge_->output().text();
    const LedgerTotals totals = ledger_.compare(false);
    EXPECT_EQ(totals.lost, 0U) << ledger_.evidence(false, 3);
    EXPECT_EQ(totals.forbidden, 0U) << ledger_.evidence(false, 3);
    EXPECT_EQ(totals.inversions, 0U) << ledger_.evidence(false, 3);
    EXPECT_EQ(totals.repeated, 0U) << ledger_.evidence(false, 3);
    return totals;
  }

  RunLedger ledger_{{1, 1}};
  Witness witness_{ledger_, "outbox-id"};
  Mosquitto broker_;
  FaultProxy proxy_{broker_.port(), &witness_};
  std::unique_ptr<BridgeProcess> bridge_;
  HttpResponse last_;
  std::size_t posted_ = 0;
};

}  // namespace bridge::test
