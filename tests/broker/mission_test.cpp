// The mission, in the steps of the tutorial that this program replaces, with the tools a person has.

#include <gtest/gtest.h>

#include "bridge_fixture.h"
#include "support/child_process.h"
#include "support/curl.h"
#include "support/fake_broker.h"
#include "support/stall_watch.h"

namespace bridge::test {
namespace {

const nlohmann::json success = {{"code", 0}};

class MissionTest : public BridgeTest {
 protected:
  /// Starts mosquitto_sub and waits until it is subscribed: it prints one payload a line.
  std::unique_ptr<ChildProcess> subscriber(const std::string& topic) {
    const Command command{"mosquitto_sub", {"-p", broker_.port_text(), "-i", "person", "-t", topic}};
    auto child = std::make_unique<ChildProcess>(command);
    EXPECT_TRUE(broker_.wait_for_subscription("person", topic, within(soon)));
    return child;
  }

  CurlResult post(const std::vector<std::string>& options, const std::string& target = "/publish") {
    std::vector<std::string> arguments = options;
    arguments.push_back(bridge_.url(target));
    return curl(arguments);
  }

  ProgramResult mosquitto_pub(const std::string& topic, const std::string& payload) {
    return run_program({"mosquitto_pub", {"-p", broker_.port_text(), "-t", topic, "-m", payload}});
  }
};

void expect_success(const CurlResult& result) {
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(nlohmann::json::parse(result.content, nullptr, false), success) << result.content;
}

TEST_F(MissionTest, WhatIsPostedReachesTheSubscriber) {
  const auto person = subscriber("django/mqtt");
  expect_success(post({"-X", "POST", "-H", "Content-Type: application/json", "-d",
                       R"({"topic": "django/mqtt", "msg": "hello from HTTP"})"}));
  EXPECT_TRUE(person->output().wait_for_line("hello from HTTP", within(soon)));
}

TEST_F(MissionTest, JsonNeedsNoContentType) {
  expect_success(post({"-d", R"({"topic":"t","msg":"m"})"}));
  EXPECT_EQ(arrived("t").payload, "m");
}

TEST_F(MissionTest, AFormIsTakenAsWell) {
  expect_success(post({"-d", "topic=t", "--data-urlencode", "msg=a b&c=d"}));
  EXPECT_EQ(arrived("t").payload, "a b&c=d");
}

TEST_F(MissionTest, ASlashAtTheEndChangesNothing) {
  expect_success(post({"-d", R"({"topic":"t","msg":"m"})"}, "/publish/"));
  EXPECT_EQ(arrived("t").payload, "m");
}

TEST_F(MissionTest, TheConnectionIsSaidOnStdout) {
  EXPECT_TRUE(bridge_.output().wait_for_line("Connected successfully", within(soon)));
}

TEST_F(MissionTest, WhatADevicePublishesIsOnStdoutWithin200Milliseconds) {
  int number = 0;
  const auto is_seen_in_time = [&] {
    const std::string payload = "from a device " + std::to_string(number++);
    const TimePoint start = Clock::now();
    EXPECT_EQ(mosquitto_pub("django/mqtt", payload).status, 0);
    const std::string line = "Received message on topic: django/mqtt with payload: " + payload;
    const auto seen = bridge_.output().wait_for_line(line, within(soon));
    EXPECT_TRUE(seen && seen->text.ends_with(line)) << bridge_.output().text();
    return seen && seen->at - start <= scaled(std::chrono::milliseconds(200));
  };
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(holds_unless_stalled(std::chrono::milliseconds(50), is_seen_in_time));
}

TEST_F(MissionTest, WhatIsPostedToTheLoggedTopicIsLoggedToo) {
  expect_success(post({"-d", R"({"topic":"django/mqtt","msg":"round trip"})"}));
  EXPECT_TRUE(bridge_.output().wait_for_line(
      "Received message on topic: django/mqtt with payload: round trip", within(soon)));
}

TEST(ConnectionLinesTest, ARefusedConnectionIsSaidWithItsReasonCode) {
  BrokerScript script;
  script.connack_code = 135;
  const FakeBroker broker(script);
  const BridgeProcess bridge({.mqtt_port = broker.port()}, BridgeProcess::Wait::serving);
  EXPECT_TRUE(bridge.output().wait_for_line("Bad connection. Code: 135", within(soon)))
      << bridge.output().text();
}

}  // namespace
}  // namespace bridge::test
