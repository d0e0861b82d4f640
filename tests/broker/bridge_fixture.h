#pragma once

#include <gtest/gtest.h>

#include <string>

#include "support/bridge_process.h"
#include "support/http_client.h"
#include "support/mosquitto.h"
#include "support/mqtt_probe.h"

namespace bridge::test {

constexpr auto soon = std::chrono::seconds(5);

/// A broker, the bridge on it, a probe that receives everything at QoS 2, and an HTTP client.
class BridgeTest : public ::testing::Test {
 protected:
  explicit BridgeTest(const BridgeOptions& options = {}, const MosquittoOptions& broker_options = {})
      : broker_(broker_options), bridge_(on_broker(options)), probe_(broker_.port()), http_(bridge_.http()) {
    probe_.subscribe("#", 2);
  }

  /// A Topic Name that no other message of this test has.
  std::string new_topic() { return "test/" + std::to_string(++topics_); }

  /// The message that arrives for `topic`. If none does, the test fails, and the message is empty.
  ReceivedMessage arrived(const std::string& topic) {
    const auto message = probe_.wait_for_topic(topic, within(soon));
    if (!message) ADD_FAILURE() << "nothing arrived for " << topic;
    return message.value_or(ReceivedMessage{});
  }

  Mosquitto broker_;
  BridgeProcess bridge_;
  MqttProbe probe_;
  HttpClient http_;

 private:
  BridgeOptions on_broker(BridgeOptions options) const {
    options.mqtt_port = broker_.port();
    return options;
  }

  int topics_ = 0;
};

/// The response to every successful publish.
inline void expect_success(const HttpResponse& response) {
  EXPECT_EQ(response.status, 200) << response.content;
  EXPECT_EQ(response.json().value("code", -1000), 0) << response.content;
}

}  // namespace bridge::test
