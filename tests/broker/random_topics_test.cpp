// 100,000 random topics: each is delivered under exactly its name, or refused and never sent.

#include "random_topics.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <unordered_map>

#include "bridge_fixture.h"

namespace bridge::test {
namespace {

constexpr std::size_t per_request = 1000;
const std::size_t total = sanitized ? 10000 : 100000;

std::uint64_t seed() {
  const char* chosen = std::getenv("BRIDGE_TEST_SEED");
  return chosen != nullptr ? std::strtoull(chosen, nullptr, 10) : 20240229;
}

class RandomTopicsTest : public BridgeTest {
 protected:
  RandomTopicsTest() : BridgeTest({.http = "max_body = 67108864"}) {}

  /// Publishes the next thousand; keeps the names that were answered 200, by payload.
  void publish_thousand() {
    std::vector<RandomTopic> topics;
    std::string lines;
    for (std::size_t i = 0; i < per_request; ++i) {
      topics.push_back(topics_.next());
      lines += R"({"topic":")" + topics.back().in_json + R"(","msg":")" + std::to_string(published_ + i) +
               "\",\"qos\":1}\n";
    }
    const HttpFields fields = {{"Content-Type", "application/x-ndjson"}};
    check_results(
        topics,
        http_.request("POST", "/publish/bulk", lines, fields).json().value("results", nlohmann::json()));
    published_ += per_request;
  }

  void check_results(const std::vector<RandomTopic>& topics, const nlohmann::json& results) {
    ASSERT_EQ(results.size(), topics.size());
    for (std::size_t i = 0; i < topics.size(); ++i) {
      ASSERT_EQ(results[i].value("status", 0), topics[i].status)
          << results[i] << " for " << topics[i].in_json.substr(0, 200);
      if (topics[i].status == 200) accepted_[std::to_string(published_ + i)] = topics[i].name;
    }
  }

  RandomTopics topics_{seed()};
  std::size_t published_ = 0;
  std::unordered_map<std::string, std::string> accepted_;
};

TEST_F(RandomTopicsTest, EachIsDeliveredUnderExactlyItsNameOrRefused) {
  std::cout << "BRIDGE_TEST_SEED=" << seed() << "\n";
  while (published_ < total && !HasFailure()) publish_thousand();
  EXPECT_TRUE(probe_.wait_for_count(accepted_.size(), within(soon)));
  const auto received = probe_.received();
  EXPECT_EQ(received.size(), accepted_.size());
  for (const ReceivedMessage& message : received) {
    const auto found = accepted_.find(message.payload);
    ASSERT_NE(found, accepted_.end()) << "refused, and yet sent: " << message.payload;
    ASSERT_EQ(found->second, message.topic);
  }
  EXPECT_EQ(broker_.connections_of("bridge-under-test"), 1U);
  std::cout << accepted_.size() << " delivered, " << published_ - accepted_.size() << " refused\n";
}

}  // namespace
}  // namespace bridge::test
