// A broker that stops answering while its system still takes bytes: mqtt.dead_after.

#include <gtest/gtest.h>

#include <csignal>
#include <optional>
#include <thread>

#include "bridge_fixture.h"
#include "problem.h"
#include "support/certificates.h"
#include "support/fault_proxy.h"
#include "support/stall_watch.h"
#include "support/tcp_proxy.h"

namespace bridge::test {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds dead_after{1000};
constexpr auto scheduling = milliseconds(250);
constexpr auto recovery = milliseconds(1500);
constexpr auto noticed = milliseconds(50);  // a stall that may have delayed the bridge, too
constexpr auto one_second = "dead_after = 1";
constexpr auto gave_up = "the connection is given up";
constexpr const char* ping = "PINGREQ from bridge-under-test";

HttpResponse post_qos_0(HttpClient& http) {
  return http.post_json("/publish", {{"topic", "t"}, {"msg", "m"}});
}

struct Refusals {
  std::optional<TimePoint> last_success;
  std::optional<TimePoint> first_refusal;
};

/// Posts at QoS 0 until a post is refused. A message on its way when the connection is given up is
/// unconfirmed.
Refusals post_until_refused(const BridgeProcess& bridge) {
  Refusals seen;
  HttpClient http = bridge.http();
  eventually(within(std::chrono::seconds(10)), [&] {
    const HttpResponse response = post_qos_0(http);
    if (response.status == 200) {
      seen.last_success = Clock::now();
    } else if (response.status == 504) {
      expect_problem(response, 504, 128);
    } else {
      expect_problem(response, 503, -3);
      seen.first_refusal = Clock::now();
    }
    return seen.first_refusal.has_value();
  });
  return seen;
}

/// The time from `start` until a message of QoS 0 is answered 200 again.
milliseconds time_to_success(const BridgeProcess& bridge, TimePoint start) {
  HttpClient http = bridge.http();
  EXPECT_TRUE(eventually(within(soon), [&] { return post_qos_0(http).status == 200; }));
  return since(start);
}

/// Lets time pass, since the test is about time, unless `spoiled` becomes true before.
template <typename Condition>
bool stays_well_for(milliseconds time, Condition spoiled) {
  return !eventually(Clock::now() + time, spoiled);
}

struct Way {
  const char* name;
  const char* mqtt;
  bool tls;
};

class DeadAfterTest : public ::testing::TestWithParam<Way> {
 protected:
  static MosquittoOptions broker_options() {
    if (!GetParam().tls) return {};
    const ServerCertificate& certificate = Certificates::instance().for_loopback();
    return {.ca_file = Certificates::instance().ca_file(),
            .cert_file = certificate.cert_file,
            .key_file = certificate.key_file};
  }

  BridgeOptions options() const {
    BridgeOptions options{.mqtt_port = broker_.port(),
                          .mqtt = std::string(one_second) + "\n" + GetParam().mqtt + "\n"};
    if (GetParam().tls) {
      options.mqtt += "servers = [\"ssl://localhost:" + broker_.port_text() + "\"]";
      options.more = "[mqtt.tls]\nca_file = \"" + Certificates::instance().ca_file() + "\"";
    }
    return options;
  }

  Mosquitto broker_{broker_options()};
};

TEST_P(DeadAfterTest, NoMessageOfQos0PassesForSentAfterTheLimit) {
  const BridgeProcess bridge(options());
  HttpClient http = bridge.http();
  EXPECT_TRUE(holds_unless_stalled(noticed, [&] {
    expect_success(post_qos_0(http));
    broker_.freeze();
    const TimePoint frozen_at = Clock::now();
    const Refusals seen = post_until_refused(bridge);
    broker_.thaw();
    const bool in_time = seen.first_refusal && seen.last_success &&
                         *seen.last_success - frozen_at <= scaled(dead_after + scheduling);
    return time_to_success(bridge, Clock::now()) <= scaled(recovery) && in_time;
  })) << bridge.output().text();
  EXPECT_TRUE(bridge.output().wait_for_line(gave_up, within(soon))) << bridge.output().text();
  EXPECT_EQ(bridge.output().count("Connection lost"), 0U);
}

INSTANTIATE_TEST_SUITE_P(Ways, DeadAfterTest,
                         ::testing::Values(Way{"Mqtt5", "", false}, Way{"Mqtt311", "version = 3", false},
                                           Way{"Tls", "", true}),
                         [](const auto& way) { return way.param.name; });

class SilentBrokerTest : public ::testing::Test {
 protected:
  Mosquitto broker_{{.each_packet = true}};
};

TEST_F(SilentBrokerTest, FullBuffersMakeNoDifference) {
  const BridgeProcess bridge(
      {.mqtt_port = broker_.port(), .mqtt = std::string(one_second) + "\nack_timeout = 30"});
  const std::string large(1'000'000, 'x');
  HttpResponse stuck, next;
  EXPECT_TRUE(holds_unless_stalled(noticed, [&] {
    stuck = {};
    broker_.freeze();
    const TimePoint frozen_at = Clock::now();
    HttpClient http = bridge.http();
    for (int sent = 0; sent < 100 && (stuck.status == 0 || stuck.status == 200); ++sent) {
      stuck = http.request("POST", "/topics/t?qos=0", large);
    }
    next = post_qos_0(http);
    const bool refused = stuck.status == 504 && next.status == 503;
    const bool in_time = since(frozen_at) <= scaled(dead_after + scheduling);
    broker_.thaw();
    return time_to_success(bridge, Clock::now()) <= scaled(recovery) && refused && in_time;
  })) << bridge.output().text();
  expect_problem(stuck, 504, 128);  // it waited for room in the socket's buffer until the end
  expect_problem(next, 503, -3);
}

TEST_F(SilentBrokerTest, WhatIsUnderWayAtQos1IsDeliveredWhenItGoesOn) {
  const BridgeProcess bridge(
      {.mqtt_port = broker_.port(), .mqtt = std::string(one_second) + "\nack_timeout = 30"});
  MqttProbe probe(broker_.port());
  probe.subscribe("t/1", 1);
  broker_.freeze();
  std::thread sender([&] {
    expect_success(bridge.http().post_json("/publish", {{"topic", "t/1"}, {"msg", "m"}, {"qos", 1}}));
  });
  EXPECT_TRUE(bridge.output().wait_for_line(gave_up, within(soon))) << bridge.output().text();
  broker_.thaw();
  sender.join();
  EXPECT_TRUE(probe.wait_for_topic("t/1", within(soon)));
}

TEST_F(SilentBrokerTest, IsAskedOnlyAfterWhatItDoesNotAnswerAnyway) {
  const BridgeProcess bridge({.mqtt_port = broker_.port(), .mqtt = one_second});
  HttpClient http = bridge.http();
  const auto asked = [this] { return broker_.log().count(ping) > 0; };
  expect_success(http.post_json("/publish", {{"topic", "t"}, {"msg", "m"}, {"qos", 1}}));
  EXPECT_TRUE(stays_well_for(dead_after, asked)) << broker_.log().text();
  expect_success(post_qos_0(http));
  EXPECT_TRUE(eventually(within(soon), asked)) << broker_.log().text();
  EXPECT_TRUE(stays_well_for(dead_after, [&] { return bridge.output().count(gave_up) > 0; }));
  EXPECT_EQ(broker_.log().count(ping), 1U) << broker_.log().text();
}

TEST_F(SilentBrokerTest, OneThatIsOnlySlowIsNotGivenUp) {
  TcpProxy proxy(broker_.port());
  const BridgeProcess bridge({.mqtt_port = proxy.port(), .mqtt = "dead_after = 2"});
  HttpClient http = bridge.http();
  const auto given_up = [&] { return bridge.output().count(gave_up) > 0; };
  for (int round = 0; round < 2; ++round) {
    proxy.hold_answers(true);
    expect_success(post_qos_0(http));
    EXPECT_TRUE(stays_well_for(milliseconds(600), given_up));
    proxy.hold_answers(false);
    expect_success(http.post_json("/publish", {{"topic", "t"}, {"msg", "m"}, {"qos", 1}}));
  }
  EXPECT_EQ(broker_.connections_of("bridge-under-test"), 1U);
}

TEST_F(SilentBrokerTest, ASlowLinkIsNotADeadOne) {
  FaultProxy proxy(broker_.port(), nullptr);
  const BridgeProcess bridge(
      {.mqtt_port = proxy.port(), .mqtt = std::string(one_second) + "\nack_timeout = 30"});
  MqttProbe probe(broker_.port());
  probe.subscribe("t", 0);
  HttpClient http = bridge.http();
  const std::string large(500'000, 'x');
  proxy.inject({.kind = LinkFault::Kind::throttle, .amount = 1'000'000});
  for (int sent = 0; sent < 4; ++sent) {
    EXPECT_EQ(http.request("POST", "/topics/t?qos=0", large).status, 200);
  }
  EXPECT_TRUE(probe.wait_for_count(4, within(std::chrono::seconds(10)))) << probe.count();
  EXPECT_EQ(bridge.output().count(gave_up), 0U);
}

TEST_F(SilentBrokerTest, IsNotGivenUpForTheTimeInWhichWeWereStopped) {
  BridgeProcess bridge({.mqtt_port = broker_.port(), .mqtt = "dead_after = 2"});
  HttpClient http = bridge.http();
  broker_.freeze();
  expect_success(post_qos_0(http));
  EXPECT_TRUE(
      stays_well_for(milliseconds(700), [&] { return bridge.output().count(gave_up) > 0; }));  // probed
  bridge.process().signal(SIGSTOP);
  broker_.thaw();
  EXPECT_TRUE(stays_well_for(dead_after, [] { return false; }));
  bridge.process().signal(SIGCONT);
  expect_success(post_qos_0(http));
  EXPECT_TRUE(stays_well_for(milliseconds(1100), [&] { return bridge.output().count(gave_up) > 0; }));
  EXPECT_EQ(broker_.connections_of("bridge-under-test"), 1U);
}

TEST_F(SilentBrokerTest, WithoutALimitOnlyTheKeepAliveTimeCounts) {
  const BridgeProcess bridge({.mqtt_port = broker_.port(), .mqtt = "dead_after = 0"});
  HttpClient http = bridge.http();
  broker_.freeze();
  EXPECT_TRUE(stays_well_for(dead_after, [&] { return post_qos_0(http).status != 200; }));
  broker_.thaw();
  EXPECT_EQ(broker_.log().count(ping), 0U);
}

}  // namespace
}  // namespace bridge::test
