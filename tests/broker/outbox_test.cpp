// Stored messages: which are stored, the answers, and their arrival. The real disk, a real broker.

#include <gtest/gtest.h>

#include "bridge_fixture.h"
#include "problem.h"
#include "support/fake_broker.h"
#include "support/tcp_proxy.h"
#include "support/temp_dir.h"

namespace bridge::test {
namespace {

using nlohmann::json;
using Payloads = std::vector<std::string>;

json qos1(const std::string& payload) { return {{"topic", "t"}, {"msg", payload}, {"qos", 1}}; }

/// Expects 202. @return the id that it names.
std::string expect_stored(const HttpResponse& response) {
  EXPECT_EQ(response.status, 202) << response.content;
  EXPECT_EQ(response.json().value("code", -1000), 0) << response.content;
  return response.json().value("id", "");
}

/// A bridge with a state directory, and a way to its broker that the test opens and shuts.
class OutboxTest : public ::testing::Test {
 protected:
  OutboxTest() {
    way_.let_through(false);
    bridge_ = std::make_unique<BridgeProcess>(
        BridgeOptions{.mqtt_port = way_.port(), .mqtt = "ack_timeout = 1\n", .keep_state = true},
        BridgeProcess::Wait::serving);
    probe_.subscribe("#", 2);
  }

  HttpResponse post(const json& message, const HttpFields& fields = {}) {
    return bridge_->http().post_json("/publish", message, fields);
  }
  json outbox() const { return bridge_->http().get("/outbox").json(); }
  bool comes_to_hold(std::size_t messages) const {
    return eventually(within(soon),
                      [&] { return outbox().value("messages", std::size_t{1000}) == messages; });
  }

  void let_the_broker_come() {
    way_.let_through(true);
    ASSERT_TRUE(bridge_->wait_until_ready(within(soon)));
  }
  Payloads arrived(std::size_t count) const {
    probe_.wait_for_count(count, within(soon));
    Payloads all;
    for (const ReceivedMessage& message : probe_.received()) all.push_back(message.payload);
    return all;
  }

  Mosquitto broker_;
  TcpProxy way_{broker_.port()};
  MqttProbe probe_{broker_.port()};
  std::unique_ptr<BridgeProcess> bridge_;
};

TEST_F(OutboxTest, WhatMeetsAnAbsentBrokerIs202AndArrivesInOrderWhenItIsBack) {
  Payloads sent;
  for (int i = 0; i < 20; ++i) {
    sent.push_back(std::to_string(i));
    EXPECT_NE(expect_stored(post(qos1(sent.back()))), "");
  }
  EXPECT_TRUE(comes_to_hold(20));
  let_the_broker_come();
  EXPECT_EQ(arrived(20), sent);
  EXPECT_TRUE(comes_to_hold(0));
}

TEST_F(OutboxTest, WhatIsStoredSurvivesTheProcess) {
  expect_stored(post(qos1("a")));
  expect_stored(post({{"topic", "t"}, {"msg", "b"}, {"qos", 2}, {"retain", true}}));
  bridge_->process().kill();
  bridge_->start(BridgeProcess::Wait::serving);
  EXPECT_TRUE(comes_to_hold(2));
  let_the_broker_come();
  EXPECT_EQ(arrived(2), (Payloads{"a", "b"}));
  EXPECT_EQ(probe_.received().at(1).qos, 2);
}

TEST_F(OutboxTest, AStoredMessageCarriesItsIdAndKeepsItsProperties) {
  const json message = {
      {"topic", "t"},
      {"msg", "m"},
      {"qos", 1},
      {"properties",
       {{"content_type", "text/plain"},
        {"correlation_data", "c"},
        {"message_expiry_interval", 100},
        {"user_properties", json::array({json::array({"a", "1"}), json::array({"a", "2"})})}}}};
  const std::string id = expect_stored(post(message));
  let_the_broker_come();
  ASSERT_EQ(arrived(1).size(), 1U);
  const Properties properties = probe_.received().at(0).properties;
  EXPECT_EQ(properties.content_type, "text/plain");
  EXPECT_EQ(properties.correlation_data, "c");
  EXPECT_LE(properties.message_expiry_interval.value_or(0), 100U);
  EXPECT_GE(properties.message_expiry_interval.value_or(0), 90U);
  const decltype(properties.user_properties) expected = {{"a", "1"}, {"a", "2"}, {"outbox-id", id}};
  EXPECT_EQ(properties.user_properties, expected);
}

TEST_F(OutboxTest, QosZeroIsNowOrNeverUnlessAskedOtherwise) {
  const json message = {{"topic", "t"}, {"msg", "m"}};
  expect_problem(post(message), 503, -3);
  expect_stored(post(message, {{"Prefer", "respond-async"}}));
  let_the_broker_come();
  EXPECT_EQ(arrived(1), Payloads{"m"});
  EXPECT_EQ(post(message).status, 200);
}

TEST_F(OutboxTest, ALateAcknowledgementIs202AndTheMessageIsNotSentTwice) {
  let_the_broker_come();
  way_.hold_answers(true);
  expect_stored(post(qos1("late")));
  EXPECT_TRUE(comes_to_hold(1));
  way_.hold_answers(false);
  EXPECT_TRUE(comes_to_hold(0)) << "the PUBACK that came after all settles it";
  EXPECT_EQ(post(qos1("next")).status, 200);
  EXPECT_EQ(arrived(2), (Payloads{"late", "next"}));
}

TEST_F(OutboxTest, WhoDoesNotWantToWaitIs202AtOnce) {
  let_the_broker_come();
  expect_stored(post(qos1("m"), {{"Prefer", "respond-async"}}));
  EXPECT_EQ(arrived(1), Payloads{"m"});
}

TEST_F(OutboxTest, EachItemOfABulkIsStoredByItself) {
  const json items = json::array({qos1("a"), {{"topic", "t"}, {"msg", "now"}}, qos1("b")});
  const HttpResponse response = bridge_->http().post_json("/publish/bulk", items);
  EXPECT_EQ(response.status, 207) << response.content;
  const json results = response.json()["results"];
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0]["status"], 202);
  EXPECT_EQ(results[1]["status"], 503);
  EXPECT_EQ(results[2]["status"], 202);
  EXPECT_NE(results[0]["id"], results[2]["id"]);
  let_the_broker_come();
  EXPECT_EQ(arrived(2), (Payloads{"a", "b"}));
}

TEST_F(OutboxTest, ARepeatOfTheSameRequestGetsTheFirstAnswerAlsoAfterARestart) {
  const HttpFields key = {{"Idempotency-Key", "once"}};
  const std::string id = expect_stored(post(qos1("m"), key));
  EXPECT_EQ(expect_stored(post(qos1("m"), key)), id);
  expect_problem(post(qos1("another"), key), 422, -1, "Idempotency-Key");
  bridge_->process().kill();
  bridge_->start(BridgeProcess::Wait::serving);
  EXPECT_EQ(expect_stored(post(qos1("m"), key)), id);
  let_the_broker_come();
  EXPECT_TRUE(comes_to_hold(0));
  EXPECT_EQ(expect_stored(post(qos1("m"), key)), id) << "delivered, and remembered all the same";
  EXPECT_EQ(post(qos1("end")).status, 200);
  EXPECT_EQ(arrived(2), (Payloads{"m", "end"}));
}

TEST_F(OutboxTest, ARepeatOfABulkRepeatsNothing) {
  const HttpFields key = {{"Idempotency-Key", "\"bulk\""}};
  const json items = json::array({qos1("a"), qos1("b")});
  const HttpResponse first = bridge_->http().post_json("/publish/bulk", items, key);
  EXPECT_EQ(first.status, 200) << first.content;
  EXPECT_EQ(bridge_->http().post_json("/publish/bulk", items, key).content, first.content);
  expect_problem(bridge_->http().post_json("/publish/bulk", json::array({qos1("a")}), key), 422, -1);
  EXPECT_TRUE(comes_to_hold(2));
}

TEST_F(OutboxTest, WhatDoesNotFitIs503AndNeverArrives) {
  bridge_->stop();
  bridge_ = std::make_unique<BridgeProcess>(
      BridgeOptions{.mqtt_port = way_.port(), .more = "[outbox]\nmax_messages = 10\n", .keep_state = true},
      BridgeProcess::Wait::serving);
  for (int i = 0; i < 9; ++i) expect_stored(post(qos1("m")));
  const HttpResponse nearly = bridge_->http().get("/readyz");
  EXPECT_NE(nearly.content.find("nearly full"), std::string::npos) << nearly.content;
  expect_stored(post(qos1("m")));
  const HttpResponse refused = post(qos1("too much"));
  expect_problem(refused, 503, 151);
  EXPECT_NE(refused.field("Retry-After"), "");
  EXPECT_NE(bridge_->http().get("/readyz").content.find("outbox"), std::string::npos);
  let_the_broker_come();
  EXPECT_EQ(arrived(10), Payloads(10, "m"));
  EXPECT_TRUE(comes_to_hold(0));
  EXPECT_EQ(post(qos1("end")).status, 200);
  EXPECT_EQ(arrived(11).back(), "end");
}

TEST_F(OutboxTest, ChangesOfSubscriptionsAreKeptInTheSamePlace) {
  let_the_broker_come();
  EXPECT_EQ(bridge_->http().request("PUT", "/subscriptions/kept").status, 200);
  bridge_->process().kill();
  bridge_->start();
  EXPECT_NE(bridge_->http().get("/subscriptions").content.find("\"kept\""), std::string::npos);
}

class DeadLetterTest : public ::testing::Test {
 protected:
  BrokerScript script() {
    BrokerScript script;
    script.puback = [this](const std::string& topic) { return topic == "refused" ? refusal_.load() : 0; };
    return script;
  }
  HttpResponse post(const std::string& topic) {
    return http_.post_json("/publish", {{"topic", topic}, {"msg", "m"}, {"qos", 1}},
                           {{"Prefer", "respond-async"}});
  }
  json dead_letters() { return http_.get("/outbox/dead").json()["dead_letters"]; }
  bool comes_to_have(std::size_t dead) {
    return eventually(within(soon), [&] {
      const json outbox = http_.get("/outbox").json();
      return outbox.value("dead_letters", std::size_t{1000}) == dead && outbox.value("messages", 1) == 0;
    });
  }

  std::atomic<int> refusal_ = 0x99;  // Payload format invalid
  FakeBroker broker_{script()};
  BridgeProcess bridge_{{.mqtt_port = broker_.port(), .keep_state = true}};
  HttpClient http_ = bridge_.http();
};

TEST_F(DeadLetterTest, WhatTheBrokerRefusesForGoodIsShownRetriedAndDeleted) {
  const std::string first = expect_stored(post("refused"));
  const std::string second = expect_stored(post("refused"));
  ASSERT_TRUE(comes_to_have(2));
  const json letters = dead_letters();
  ASSERT_EQ(letters.size(), 2U);
  EXPECT_EQ(letters[0]["id"], first);
  EXPECT_EQ(letters[0]["reason_code"], 153);
  EXPECT_EQ(letters[0]["topic"], "refused");
  EXPECT_EQ(letters[0]["payload"], "m");
  EXPECT_EQ(http_.get("/outbox/dead?limit=1&after=" + first).json()["dead_letters"][0]["id"], second);

  EXPECT_EQ(http_.request("DELETE", "/outbox/dead/" + second).status, 200);
  expect_problem(http_.request("DELETE", "/outbox/dead/" + second), 404, -1);
  expect_problem(http_.request("POST", "/outbox/dead/" + second + "/retry"), 404, -1);
  refusal_ = 0;
  EXPECT_EQ(http_.request("POST", "/outbox/dead/" + first + "/retry").status, 200);
  EXPECT_TRUE(comes_to_have(0));
  EXPECT_EQ(broker_.published_topics().size(), 3U);
}

TEST_F(DeadLetterTest, WhatTheBrokerHasNoQuotaForNowIsTriedAgain) {
  refusal_ = 0x97;
  expect_stored(post("refused"));
  ASSERT_TRUE(eventually(within(soon), [&] { return broker_.published_topics().size() == 1; }));
  refusal_ = 0;
  EXPECT_TRUE(comes_to_have(0)) << "by the clock, since nothing else is sent";
  EXPECT_EQ(broker_.published_topics().size(), 2U);
}

TEST_F(OutboxTest, WhatExpiresBeforeTheBrokerComesIsLogged) {
  json message = qos1("m");
  message["properties"] = {{"message_expiry_interval", 1}};
  for (int i = 0; i < 3; ++i) expect_stored(post(message));
  EXPECT_TRUE(bridge_->output().wait_for_line("expired before", within(soon)));
  EXPECT_TRUE(comes_to_hold(0));
}

/// Below a file there is no directory.
TEST(OutboxOffTest, AStateDirectoryThatCannotBeMadeIsToldAsThatAndWithoutItsPath) {
  const TempDir directory;
  directory.write("file", "in the way");
  const std::string path = directory.file("file") + "/state";
  const BridgeProcess bridge({.mqtt_port = free_port(), .keep_state = true, .state_dir = path},
                             BridgeProcess::Wait::serving);
  const HttpResponse ready = bridge.http().get("/readyz");
  EXPECT_EQ(ready.status, 503);
  EXPECT_NE(
      ready.content.find("the outbox does not accept messages: state_dir cannot be opened: Not a directory"),
      std::string::npos)
      << ready.content;
  EXPECT_EQ(ready.content.find("nearly full"), std::string::npos) << ready.content;
  EXPECT_EQ(ready.content.find(directory.path().string()), std::string::npos) << ready.content;
  EXPECT_TRUE(bridge.output().wait_for_line("cannot make state_dir " + path, within(soon)));
}

TEST(OutboxOffTest, WithoutAStateDirectoryNothingIsStored) {
  const BridgeProcess bridge({.mqtt_port = free_port()}, BridgeProcess::Wait::serving);
  expect_problem(bridge.http().post_json("/publish", qos1("m")), 503, -3);
  expect_problem(bridge.http().post_json("/publish", qos1("m"), {{"Prefer", "respond-async"}}), 503, -3);
  EXPECT_EQ(bridge.http().get("/outbox").json()["enabled"], false);
  expect_problem(bridge.http().get("/outbox/dead"), 404, -1);
}

}  // namespace
}  // namespace bridge::test
