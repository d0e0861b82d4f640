// The filters that the bridge listens to: seen and changed while it runs.

#include <gtest/gtest.h>

#include <functional>
#include <iostream>
#include <map>

#include "bridge_fixture.h"
#include "problem.h"
#include "support/fake_broker.h"
#include "support/process_usage.h"

namespace bridge::test {
namespace {

using nlohmann::json;

json granted(const std::string& filter, int qos) {
  return {{"filter", filter}, {"qos", qos}, {"state", "granted"}, {"granted_qos", qos}};
}

json listed(const BridgeProcess& bridge) {
  return bridge.http().get("/subscriptions").json().value("subscriptions", json());
}

class SubscriptionsTest : public BridgeTest {
 protected:
  using BridgeTest::BridgeTest;

  bool logs(const std::string& topic, const std::string& payload) {
    const std::size_t before = bridge_.output().size();
    probe_.publish(topic, payload, 1);
    return bridge_.output()
        .wait_for_line("Received message on topic: " + topic + " with payload: " + payload, within(soon),
                       before)
        .has_value();
  }

  /// @return true if `topic` is not logged although a later publish is.
  bool ignores(const std::string& topic, const std::string& marker_topic) {
    const std::size_t before = bridge_.output().size();
    probe_.publish(topic, "unheard", 1);
    return logs(marker_topic, "marker") && bridge_.output().count("unheard", before) == 0;
  }
};

TEST_F(SubscriptionsTest, TheConfiguredOnesAreListedWithWhatTheBrokerGranted) {
  const HttpResponse response = http_.get("/subscriptions");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.field("Content-Type").substr(0, 16), "application/json");
  EXPECT_EQ(response.json(), (json{{"subscriptions", {granted("django/mqtt", 0)}}}));
}

TEST_F(SubscriptionsTest, APutSubscribesBeforeItIsAnswered) {
  const HttpResponse response = http_.request("PUT", "/subscriptions/plant/%2B/temp%2F%23?qos=1");
  EXPECT_EQ(response.status, 200) << response.content;
  EXPECT_EQ(response.json(),
            (json{{"code", 0}, {"filter", "plant/+/temp/#"}, {"qos", 1}, {"granted_qos", 1}}));
  EXPECT_TRUE(logs("plant/3/temp/k\u00fcche", "21.5"));
  EXPECT_EQ(listed(bridge_), (json{granted("django/mqtt", 0), granted("plant/+/temp/#", 1)}));
}

TEST_F(SubscriptionsTest, APlusStandsForItself) {
  EXPECT_EQ(http_.request("PUT", "/subscriptions/a/+").json().value("filter", ""), "a/+");
  EXPECT_TRUE(logs("a/b", "m"));
}

TEST_F(SubscriptionsTest, ASecondPutChangesTheQos) {
  for (const int qos : {2, 1}) {
    const HttpResponse response = http_.request("PUT", "/subscriptions/a?qos=" + std::to_string(qos));
    EXPECT_EQ(response.json().value("granted_qos", -1), qos) << response.content;
  }
  EXPECT_EQ(listed(bridge_), (json{granted("django/mqtt", 0), granted("a", 1)}));
}

TEST_F(SubscriptionsTest, ADeleteUnsubscribesBeforeItIsAnswered) {
  ASSERT_EQ(http_.request("PUT", "/subscriptions/marker").status, 200);
  EXPECT_TRUE(logs("django/mqtt", "heard"));
  const HttpResponse response = http_.request("DELETE", "/subscriptions/django/mqtt");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.json(), (json{{"code", 0}}));
  EXPECT_TRUE(ignores("django/mqtt", "marker"));
  EXPECT_EQ(listed(bridge_), (json{granted("marker", 0)}));
  EXPECT_TRUE(bridge_.is_ready());
}

TEST_F(SubscriptionsTest, AFilterThatIsNotThereCannotBeDeleted) {
  EXPECT_EQ(http_.request("DELETE", "/subscriptions/nobody/asked").status, 404);
}

TEST_F(SubscriptionsTest, ASharedSubscriptionIsOneOfItsGroup) {
  const HttpResponse response = http_.request("PUT", "/subscriptions/$share/group/s/%23?qos=1");
  EXPECT_EQ(response.status, 200) << response.content;
  EXPECT_TRUE(logs("s/1", "shared"));
  EXPECT_EQ(http_.request("DELETE", "/subscriptions/%24share/group/s/%23").status, 200);
}

TEST_F(SubscriptionsTest, ABadFilterIsRefused) {
  for (const char* filter : {"", "a%23", "a/%23/b", "a%2Bb", "%00", "%ff", "$share/", "$share/g", "$share/g/",
                             "a?qos=3", "a?qos=x", "a?quos=1"}) {
    SCOPED_TRACE(filter);
    expect_problem(http_.request("PUT", std::string("/subscriptions/") + filter), 400, std::nullopt);
  }
  EXPECT_EQ(listed(bridge_).size(), 1U);
  EXPECT_EQ(broker_.connections_of("bridge-under-test"), 1U);
}

TEST_F(SubscriptionsTest, ChangesOutliveTheConnection) {
  ASSERT_EQ(http_.request("PUT", "/subscriptions/added?qos=1").status, 200);
  ASSERT_EQ(http_.request("DELETE", "/subscriptions/django/mqtt").status, 200);
  broker_.kill();
  ASSERT_TRUE(bridge_.wait_until_not_ready(within(soon)));
  broker_.start();
  ASSERT_TRUE(bridge_.wait_until_ready(within(soon)));
  EXPECT_EQ(listed(bridge_), (json{granted("added", 1)}));
}

TEST_F(SubscriptionsTest, WithoutAConnectionNothingIsChanged) {
  broker_.kill();
  // told by the listener, a moment after its connection was found dead; /readyz may speak of the session's
  // alone
  ASSERT_TRUE(eventually(within(soon), [&] { return listed(bridge_)[0].value("state", "") == "pending"; }));
  expect_problem(http_.request("PUT", "/subscriptions/added"), 503, -3);
  expect_problem(http_.request("DELETE", "/subscriptions/django/mqtt"), 503, -3);
  const json list = listed(bridge_);
  ASSERT_EQ(list.size(), 1U) << list;
  EXPECT_EQ(list[0].value("filter", ""), "django/mqtt");
}

class KeptSubscriptionsTest : public SubscriptionsTest {
 protected:
  KeptSubscriptionsTest() : SubscriptionsTest({.keep_state = true}) {}
};

TEST_F(KeptSubscriptionsTest, ChangesSurviveARestart) {
  ASSERT_EQ(http_.request("PUT", "/subscriptions/kept/%23?qos=1").status, 200);
  ASSERT_EQ(http_.request("DELETE", "/subscriptions/django/mqtt").status, 200);
  for (const bool orderly : {true, false}) {
    if (orderly) {
      EXPECT_EQ(bridge_.stop(), 0);
    } else {
      bridge_.process().kill();
    }
    bridge_.start();
    EXPECT_EQ(listed(bridge_), (json{granted("kept/#", 1)}));
    MqttProbe device(broker_.port(), {.client_id = "device"});
    device.publish("kept/x", "m", 1);
    EXPECT_TRUE(bridge_.output().wait_for_line("topic: kept/x with payload: m", within(soon)));
  }
}

/// Sends all requests before it reads any answer. @return the number of answers by status.
std::map<int, int> put_together(const BridgeProcess& bridge, std::size_t clients, int qos,
                                const std::function<void()>& meanwhile) {
  std::vector<HttpClient> all;
  for (std::size_t i = 0; i < clients; ++i) {
    all.push_back(bridge.http());
    const std::string filter = std::to_string(i) + std::string(3000, 'x');
    EXPECT_TRUE(all.back().send_raw("PUT /subscriptions/" + filter + "?qos=" + std::to_string(qos) +
                                    " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  }
  meanwhile();
  std::map<int, int> statuses;
  for (HttpClient& client : all) ++statuses[client.receive_response(within(patience)).status];
  return statuses;
}

TEST_F(KeptSubscriptionsTest, FiveHundredClientsAtOnceTakeNoMemoryAndLeaveTheOutboxStoring) {
  constexpr int clients = 500;
  const auto store = [&] {
    for (int i = 0; i < 5; ++i) {
      const HttpResponse response =
          http_.request("POST", "/topics/t?qos=1", "m", {{"Prefer", "respond-async"}});
      EXPECT_EQ(response.status, 202) << response.content;
    }
  };
  const pid_t process = bridge_.process().pid();
  EXPECT_EQ(put_together(bridge_, clients, 0, store), (std::map<int, int>{{200, clients}}));
  const std::size_t before = memory_of(process);
  reset_peak_of(process);
  for (const int qos : {1, 2, 2})
    EXPECT_EQ(put_together(bridge_, clients, qos, store), (std::map<int, int>{{200, clients}}));
  const std::size_t peak = peak_memory_of(process);
  std::cout << "500 clients that change 1.5 MB of subscriptions, three times: " << before
            << " KiB before, at most " << peak << "\n";
  const std::size_t most = sanitized ? 320 : 30;  // MiB; AddressSanitizer keeps 256 of freed memory
  EXPECT_LT(peak, before + most * 1024) << "a copy of all for each took 1.5 GB";
  bridge_.process().kill();
  bridge_.start();
  EXPECT_EQ(listed(bridge_).size(), clients + 1U);
  EXPECT_EQ(listed(bridge_).back().value("qos", -1), 2);
}

class RefusedSubscriptionTest : public ::testing::Test {
 protected:
  static BrokerScript script() {
    BrokerScript script;
    script.suback = [](const std::string& filter, int qos) {
      if (filter == "secret") return 0x87;
      if (filter == "full") return 0x97;
      return filter == "low" ? 0 : qos;
    };
    return script;
  }

  FakeBroker broker_{script()};
};

TEST_F(RefusedSubscriptionTest, AConfiguredOneIsLoggedAndMakesTheBridgeNotReady) {
  const BridgeProcess bridge({.mqtt_port = broker_.port(), .mqtt = "subscribe = [\"open\", \"secret\"]"},
                             BridgeProcess::Wait::serving);
  const auto line = bridge.output().wait_for_line("secret", within(soon));
  ASSERT_TRUE(line) << bridge.output().text();
  EXPECT_NE(line->text.find("135"), std::string::npos) << line->text;
  HttpResponse ready;  // the refusal may come before the publisher knows that the broker is there
  EXPECT_TRUE(eventually(within(soon), [&] {
    ready = bridge.http().get("/readyz");
    return ready.json().value("reasons", json::array()).dump().find("secret") != std::string::npos;
  })) << ready.content;
  EXPECT_EQ(ready.status, 503);
  const json refused = {{"filter", "secret"}, {"qos", 0}, {"state", "refused"}, {"reason_code", 135}};
  EXPECT_EQ(listed(bridge), (json{granted("open", 0), refused}));
}

TEST_F(RefusedSubscriptionTest, APutIsAnsweredWithTheRefusal) {
  const BridgeProcess bridge({.mqtt_port = broker_.port()});
  HttpClient http = bridge.http();
  expect_problem(http.request("PUT", "/subscriptions/secret"), 403, 135);
  expect_problem(http.request("PUT", "/subscriptions/full"), 502, 151);
  EXPECT_EQ(http.request("PUT", "/subscriptions/low?qos=2").json().value("granted_qos", -1), 0);
}

}  // namespace
}  // namespace bridge::test
