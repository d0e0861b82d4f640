// The broker goes and comes back: the answers to callers meanwhile, and the time until all is well again.

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <thread>

#include "bridge_fixture.h"
#include "problem.h"

namespace bridge::test {
namespace {

using nlohmann::json;

const json at_qos_0 = {{"topic", "t"}, {"msg", "m"}};
const json at_qos_1 = {{"topic", "t"}, {"msg", "m"}, {"qos", 1}};

void expect_not_connected(const HttpResponse& response) {
  expect_problem(response, 503, -3);
  EXPECT_FALSE(response.field("Retry-After").empty());
}

void expect_reason_not_connected(const HttpResponse& response) {
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.json().value("ready", true), false) << response.content;
  EXPECT_NE(response.json().value("reasons", json::array()).dump().find("not connected"), std::string::npos)
      << response.content;
}

class ReconnectTest : public ::testing::Test {
 protected:
  /// @return true if a message that a device sends to the subscribed topic is logged again.
  bool hears(const BridgeProcess& bridge, const std::string& payload) {
    MqttProbe device(broker_.port(), {.client_id = "device"});
    device.publish("django/mqtt", payload, 1);
    return bridge.output().wait_for_line(payload, within(soon)).has_value();
  }

  /// Like hears(), if the broker may close the listener's connection once more: mosquitto checks the keep
  /// alive only when it runs again, and a message that a device sends meanwhile is lost.
  bool hears_in_the_end(const BridgeProcess& bridge, const std::string& payload) {
    MqttProbe device(broker_.port(), {.client_id = "device"});
    return eventually(within(soon), [&] {
      device.publish("django/mqtt", payload, 1);
      return bridge.output().wait_for_line(payload, within(std::chrono::milliseconds(200))).has_value();
    });
  }

  Mosquitto broker_;
};

TEST_F(ReconnectTest, WithoutABrokerItStaysUpAndSaysSo) {
  broker_.kill();
  BridgeProcess bridge({.mqtt_port = broker_.port()}, BridgeProcess::Wait::serving);
  HttpClient http = bridge.http();
  for (const json& message : {at_qos_0, at_qos_1}) expect_not_connected(http.post_json("/publish", message));
  expect_not_connected(http.request("POST", "/topics/t", "m"));
  const HttpResponse health = http.get("/healthz");
  EXPECT_EQ(health.status, 200);
  EXPECT_EQ(health.json().value("status", ""), "ok");
  expect_reason_not_connected(http.get("/readyz"));
  broker_.start();
  EXPECT_TRUE(bridge.wait_until_ready(within(soon)));
  EXPECT_EQ(http.get("/readyz").json(), (json{{"ready", true}}));
  expect_success(http.post_json("/publish", at_qos_1));
  EXPECT_TRUE(hears(bridge, "after a late start"));
  EXPECT_TRUE(bridge.process().running());
}

TEST_F(ReconnectTest, AKilledBrokerCostsOnlyRefusalsAndIsFoundAgain) {
  BridgeProcess bridge({.mqtt_port = broker_.port()});
  HttpClient http = bridge.http();
  broker_.kill();
  ASSERT_TRUE(bridge.wait_until_not_ready(within(soon)));
  expect_reason_not_connected(http.get("/readyz"));
  expect_not_connected(http.post_json("/publish", at_qos_0));
  expect_not_connected(http.post_json("/publish", at_qos_1));
  broker_.start();
  ASSERT_TRUE(bridge.wait_until_ready(within(soon)));
  expect_success(http.post_json("/publish", at_qos_1));
  EXPECT_TRUE(hears(bridge, "subscribed again"));
}

TEST_F(ReconnectTest, AFrozenBrokerConfirmsNothingUntilItGoesOn) {
  BridgeProcess bridge({.mqtt_port = broker_.port(), .mqtt = "ack_timeout = 1\ndead_after = 0"});
  HttpClient http = bridge.http();
  broker_.freeze();
  expect_problem(http.post_json("/publish", at_qos_1), 504, 128);
  broker_.thaw();
  expect_success(http.post_json("/publish", at_qos_1));
  EXPECT_EQ(broker_.connections_of("bridge-under-test"), 1U);
}

TEST_F(ReconnectTest, ABrokerThatIsFrozenForLongIsNotReadyAndIsFoundAgain) {
  BridgeProcess bridge({.mqtt_port = broker_.port(), .mqtt = "keepalive = 1\nconnect_timeout = 1"});
  broker_.freeze();
  ASSERT_TRUE(eventually(within(std::chrono::seconds(10)), [&] {
    return bridge.http().get("/readyz").content.find("not connected to the broker") != std::string::npos;
  }));
  expect_not_connected(bridge.http().post_json("/publish", at_qos_0));
  broker_.thaw();
  ASSERT_TRUE(bridge.wait_until_ready(within(soon)));
  EXPECT_TRUE(hears_in_the_end(bridge, "subscribed again"));
}

std::chrono::milliseconds median_of(std::vector<std::chrono::milliseconds> times, const char* what) {
  std::sort(times.begin(), times.end());
  std::cout << what << " after the port opened: median " << times[times.size() / 2].count() << " ms, longest "
            << times.back().count() << " ms of " << times.size() << "\n";
  return times[times.size() / 2];
}

TEST_F(ReconnectTest, TheBrokerIsFoundAgainWithinOneAndAHalfSecondsOfItsPortOpening) {
  BridgeProcess bridge({.mqtt_port = broker_.port()});
  std::vector<std::chrono::milliseconds> connected, subscribed;
  const int rounds = sanitized ? 5 : 10;
  for (int round = 0; round < rounds; ++round) {
    broker_.kill();
    ASSERT_TRUE(bridge.wait_until_not_ready(within(soon)));
    // Outages of different lengths, so that each moment of the back-off is met. A broker that was never away
    // for longer than a pause between two attempts looks like another client that takes our id over.
    std::this_thread::sleep_for(std::chrono::milliseconds(1050 + 700 * round / rounds));
    const TimePoint opened_at = broker_.start();
    const auto found = [&](std::optional<TimePoint> at, std::vector<std::chrono::milliseconds>& times) {
      ASSERT_TRUE(at) << bridge.output().text() << broker_.log().text();
      times.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(*at - opened_at));
    };
    found(broker_.wait_for_connection("bridge-under-test", within(soon)), connected);
    found(broker_.wait_for_subscription("bridge-under-test-listener", "django/mqtt", within(soon)),
          subscribed);
    ASSERT_TRUE(bridge.wait_until_ready(within(soon)));
  }
  EXPECT_LE(median_of(connected, "connected"), scaled(std::chrono::milliseconds(1500)));
  // paho.mqtt.c up to 1.3.14 sees up to a second late that its connection was made
  EXPECT_LE(median_of(subscribed, "subscribed"), scaled(std::chrono::milliseconds(2500)));
}

}  // namespace
}  // namespace bridge::test
