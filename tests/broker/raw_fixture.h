#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "bridge_fixture.h"
#include "raw_requests.h"
#include "support/raw_exchange.h"

namespace bridge::test {

/// A test of bytes on the wire: performs exchanges, and compares the answers with the messages that arrive.
class RawTest : public BridgeTest {
 protected:
  explicit RawTest(BridgeOptions options = {}) : BridgeTest(with_one_loop(std::move(options))) {}

  /// Adds exchanges that must be answered with these statuses, and then end.
  void expect(const std::string& why, const std::string& statuses, std::vector<RawExchange> exchanges) {
    std::move(exchanges.begin(), exchanges.end(), std::back_inserter(exchanges_));
    expected_.resize(exchanges_.size(), {why, statuses});
  }

  /// Performs the exchanges. Each message that was answered 200 must arrive, unchanged and once, and no
  /// other.
  void perform_all() {
    perform(bridge_.port(), exchanges_);
    for (std::size_t i = 0; i < exchanges_.size(); ++i) {
      compare(exchanges_[i], expected_[i]);
      if (HasFailure()) break;  // one is enough to read
    }
    expect_published_as_answered();
  }

 private:
  struct Expected {
    std::string why;
    std::string statuses;
  };

  static BridgeOptions with_one_loop(BridgeOptions options) {
    options.http += "\nthreads = 1\n";
    return options;
  }

  void compare(const RawExchange& exchange, const Expected& expected) {
    EXPECT_EQ(statuses_in(exchange.received), expected.statuses)
        << expected.why << ", the first piece of " << exchange.pieces[0].size() << " bytes\n"
        << exchange.received;
    EXPECT_TRUE(exchange.ended) << expected.why;
    for (const HttpResponse& response : responses_in(exchange.received))
      published_ += response.content == R"({"code":0})" ? 1U : 0U;
  }

  void expect_published_as_answered() {
    expect_success(http_.request("POST", "/topics/mark?qos=1", "mark"));
    arrived("mark");
    const std::vector<ReceivedMessage> messages = probe_.received();
    const auto others = std::count_if(messages.begin(), messages.end(), [](const ReceivedMessage& message) {
      const bool is_raw = message.topic == raw_topic && message.payload == raw_content;
      const bool is_cleared = message.topic == "cleared" && message.payload.empty();
      return message.topic != "mark" && !is_raw && !is_cleared;
    });
    EXPECT_EQ(others, 0) << "what was hidden has been published";
    EXPECT_EQ(messages.size() - 1, published_);
  }

  std::vector<RawExchange> exchanges_;
  std::vector<Expected> expected_;
  std::size_t published_ = 0;
};

}  // namespace bridge::test
