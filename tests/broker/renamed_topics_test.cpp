// RabbitMQ delivers `a.b` as `a/b`: the log warns of it, and the bridge refuses such topics if the settings
// say so.

#include <gtest/gtest.h>

#include "bridge_fixture.h"
#include "problem.h"
#include "support/fake_broker.h"

namespace bridge::test {
namespace {

TEST(RenamedTopicsTest, AreWarnedOfOnceWhereTheBrokerIsRabbitmq) {
  BrokerScript script;
  script.connack_properties = std::string("\x24\x01\x22\x00\x10\x2A\x00", 7);  // as 4.0 to 4.3 answer
  const FakeBroker broker(script);
  const BridgeProcess bridge({.mqtt_port = broker.port()});
  for (const char* topic : {"plain", "a.b", "c/*"})
    expect_success(bridge.http().post_json("/publish", {{"topic", topic}, {"msg", "m"}, {"qos", 1}}));
  EXPECT_TRUE(bridge.output().wait_for_line("\"a.b\" arrives under another name", within(soon)));
  EXPECT_EQ(bridge.output().count("arrives under another name"), 1U) << bridge.output().text();
}

TEST(RenamedTopicsTest, AreRefusedWhateverTheBrokerWhereTheSettingSaysSo) {
  const Mosquitto broker;
  const BridgeProcess bridge({.mqtt_port = broker.port(), .mqtt = "refuse_renamed_topics = true\n"});
  for (const char* topic : {"a.b", "c/*"})
    expect_problem(bridge.http().post_json("/publish", {{"topic", topic}, {"msg", "m"}}), 400, 144, "topic");
  expect_problem(bridge.http().request("PUT", "/topics/a.b", "m"), 400, 144, "topic");
  expect_success(bridge.http().post_json("/publish", {{"topic", "a/b"}, {"msg", "m"}}));
}

TEST(BirthTest, ABrokerThatClosesAtItIsReachedWithoutIt) {
  BrokerScript script;
  script.puback = [](const std::string& topic) { return topic == "forbidden" ? BrokerScript::close : 0; };
  const FakeBroker broker(script);
  const BridgeProcess bridge(
      {.mqtt_port = broker.port(), .more = "[mqtt.birth]\ntopic = \"forbidden\"\npayload = \"up\"\n"},
      BridgeProcess::Wait::serving);
  EXPECT_TRUE(
      bridge.output().wait_for_line("mqtt.birth: the broker closed the connection twice", within(soon)));
  EXPECT_TRUE(bridge.wait_until_ready(within(soon)));
  expect_success(bridge.http().post_json("/publish", {{"topic", "t"}, {"msg", "m"}, {"qos", 1}}));
}

}  // namespace
}  // namespace bridge::test
