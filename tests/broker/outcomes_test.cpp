// The caller is told the broker's answer to a message, or that there is none.

#include <gtest/gtest.h>

#include "bridge_fixture.h"
#include "problem.h"
#include "support/fake_broker.h"

namespace bridge::test {
namespace {

using nlohmann::json;

// Properties of CONNACK (MQTT 5.0, 3.2.2.3).
const std::string maximum_qos_1 = "\x24\x01";
const std::string retain_not_available = std::string("\x25\x00", 2);
const std::string maximum_packet_size_2000 = std::string("\x27\x00\x00\x07\xd0", 5);

class OutcomesTest : public ::testing::Test {
 protected:
  static BrokerScript script() {
    BrokerScript script;
    script.puback = [](const std::string& topic) {
      if (topic == "silent") return -1;
      if (topic == "nobody") return 0x10;
      return topic == "full" ? 0x97 : 0;
    };
    return script;
  }

  HttpResponse post(const std::string& topic, int qos, const HttpFields& fields = {}) {
    return http_.post_json("/publish", {{"topic", topic}, {"msg", "m"}, {"qos", qos}}, fields);
  }

  FakeBroker broker_{script()};
  BridgeProcess bridge_{{.mqtt_port = broker_.port()}};
  HttpClient http_ = bridge_.http();
};

TEST_F(OutcomesTest, AnotherSuccessIsToldByItsReasonCode) {
  for (const int qos : {1, 2}) {
    const HttpResponse response = post("nobody", qos);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.json(), (json{{"code", 0}, {"reason_code", 16}})) << response.content;
  }
  EXPECT_EQ(post("anybody", 1).json(), (json{{"code", 0}}));
}

TEST_F(OutcomesTest, ARefusalIs502WithTheBrokersCode) {
  for (const int qos : {1, 2}) expect_problem(post("full", qos), 502, 151);
}

TEST_F(OutcomesTest, SilenceIs504AfterAckTimeout) {
  const TimePoint start = Clock::now();
  expect_problem(post("silent", 1), 504, 128);
  EXPECT_GE(since(start), std::chrono::milliseconds(4900));
  EXPECT_LE(since(start), scaled(std::chrono::milliseconds(6000)));
}

TEST_F(OutcomesTest, PreferWaitShortensTheWait) {
  const TimePoint start = Clock::now();
  expect_problem(post("silent", 1, {{"Prefer", "wait=1"}}), 504, 128);
  EXPECT_GE(since(start), std::chrono::milliseconds(900));
  EXPECT_LE(since(start), scaled(std::chrono::milliseconds(2000)));
  expect_success(post("anybody", 1));
}

TEST_F(OutcomesTest, AtQos0NothingIsWaitedFor) {
  const TimePoint start = Clock::now();
  expect_success(post("silent", 0));
  EXPECT_LE(since(start), scaled(std::chrono::milliseconds(1000)));
}

class BrokerLimitsTest : public ::testing::Test {
 protected:
  static BrokerScript script() {
    BrokerScript script;
    script.connack_properties = maximum_qos_1 + retain_not_available + maximum_packet_size_2000;
    return script;
  }

  FakeBroker broker_{script()};
  BridgeProcess bridge_{{.mqtt_port = broker_.port(), .mqtt = "subscribe = []"}};
  HttpClient http_ = bridge_.http();
};

TEST_F(BrokerLimitsTest, WhatTheBrokerDoesNotTakeIsNotSent) {
  expect_problem(http_.post_json("/publish", {{"topic", "t"}, {"msg", "m"}, {"qos", 2}}), 502, 155, "qos");
  expect_problem(http_.post_json("/publish", {{"topic", "t"}, {"msg", "m"}, {"retain", true}}), 502, 154,
                 "retain");
  expect_problem(http_.request("POST", "/topics/t", std::string(2000, 'x')), 413, 149);
  expect_success(http_.request("POST", "/topics/t?qos=1", std::string(1900, 'x')));
  EXPECT_EQ(broker_.published_topics(), std::vector<std::string>{"t"});
  EXPECT_EQ(broker_.connects(), 1);
}

}  // namespace
}  // namespace bridge::test
