// GET /outbox/messages and DELETE /outbox/messages/{id}: waiting messages can be seen, and removed.

#include <gtest/gtest.h>

#include "bridge_fixture.h"
#include "problem.h"
#include "support/fake_broker.h"
#include "support/tcp_proxy.h"

namespace bridge::test {
namespace {

using nlohmann::json;

json qos1(const std::string& topic, const std::string& payload) {
  return {{"topic", topic}, {"msg", payload}, {"qos", 1}};
}

json shown_of(const json& page, const std::string& id) {
  for (const json& message : page["messages"])
    if (message["id"] == id) return message;
  return nullptr;
}

class WaitingMessagesTest : public ::testing::Test {
 protected:
  WaitingMessagesTest() {
    way_.let_through(false);
    bridge_ = std::make_unique<BridgeProcess>(
        BridgeOptions{.mqtt_port = way_.port(), .mqtt = "ack_timeout = 1\n", .keep_state = true},
        BridgeProcess::Wait::serving);
    probe_.subscribe("#", 2);
  }

  std::string store(const std::string& payload) {
    const HttpResponse response = http().post_json("/publish", qos1("t", payload));
    EXPECT_EQ(response.status, 202) << response.content;
    return response.json().value("id", "");
  }
  HttpClient http() const { return bridge_->http(); }

  Mosquitto broker_;
  TcpProxy way_{broker_.port()};
  MqttProbe probe_{broker_.port()};
  std::unique_ptr<BridgeProcess> bridge_;
};

TEST_F(WaitingMessagesTest, AreShownInTheOrderOfSendingWithoutTheirPayloads) {
  const HttpResponse stored =
      http().post_json("/publish", {{"topic", "t/\u00e4"}, {"msg", "secret"}, {"qos", 2}, {"retain", true}});
  const std::string second = store("secret");
  const HttpResponse response = http().get("/outbox/messages");
  EXPECT_EQ(response.status, 200) << response.content;
  EXPECT_EQ(response.content.find("secret"), std::string::npos) << response.content;
  const json page = response.json();
  ASSERT_EQ(page["messages"].size(), 2U) << response.content;
  const json first = page["messages"][0];
  EXPECT_EQ(first["id"], stored.json()["id"]);
  EXPECT_EQ(first["topic"], "t/\u00e4");
  EXPECT_EQ(first["qos"], 2);
  EXPECT_EQ(first["retain"], true);
  EXPECT_GE(first["age"], 0.0);
  EXPECT_LT(first["age"], 60.0);
  EXPECT_EQ(first["attempts"], 0);
  EXPECT_EQ(first["last_reason"], nullptr);
  EXPECT_EQ(page["messages"][1]["id"], second);
  EXPECT_FALSE(page.contains("next"));
}

TEST_F(WaitingMessagesTest, ArePagedThrough) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(store(std::to_string(i)));
  std::vector<std::string> seen;
  std::string query = "?limit=2";
  for (int pages = 0; pages < 5; ++pages) {
    const json page = http().get("/outbox/messages" + query).json();
    for (const json& message : page["messages"]) seen.push_back(message["id"]);
    if (!page.contains("next")) break;
    query = "?limit=2&after=" + page["next"].get<std::string>();
  }
  EXPECT_EQ(seen, ids);
}

TEST_F(WaitingMessagesTest, AWrongQueryIs400AndNamed) {
  for (const char* limit : {"0", "1001", "-1", "x", "", "99999999999999999999"})
    expect_problem(http().get("/outbox/messages?limit=" + std::string(limit)), 400, -1, "limit");
  for (const char* after : {"x", "-1", "1x", "99999999999999999999", "9223372036854775808"})
    expect_problem(http().get("/outbox/messages?after=" + std::string(after)), 400, -1, "after");
  expect_problem(http().get("/outbox/messages?topic=t"), 400, -1, "topic");
  EXPECT_EQ(http().get("/outbox/messages?limit=1000&after=").status, 200);
}

TEST_F(WaitingMessagesTest, OneThatIsEndedNeverArrives) {
  const std::string first = store("a");
  const std::string second = store("b");
  store("c");
  const HttpResponse ended = http().request("DELETE", "/outbox/messages/" + second);
  EXPECT_EQ(ended.status, 200);
  EXPECT_EQ(ended.json(), json({{"code", 0}, {"may_arrive", false}}));
  expect_problem(http().request("DELETE", "/outbox/messages/" + second), 404, -1);
  expect_problem(http().request("DELETE", "/outbox/messages/unknown"), 404, -1);
  EXPECT_EQ(http().get("/outbox").json()["messages"], 2);
  bridge_->process().kill();
  bridge_->start(BridgeProcess::Wait::serving);
  EXPECT_EQ(http().get("/outbox/messages").json()["messages"].size(), 2U) << "an end survives the process";
  way_.let_through(true);
  probe_.wait_for_count(2, within(soon));
  ASSERT_EQ(probe_.received().size(), 2U);
  EXPECT_EQ(probe_.received().at(0).payload, "a");
  EXPECT_EQ(probe_.received().at(1).payload, "c");
  EXPECT_TRUE(eventually(within(soon), [&] { return http().get("/outbox").json()["messages"] == 0; }));
  expect_problem(http().request("DELETE", "/outbox/messages/" + first), 404, -1);
}

TEST_F(WaitingMessagesTest, OneInFlightMayArriveAndIsNotSentAgain) {
  way_.let_through(true);
  ASSERT_TRUE(bridge_->wait_until_ready(within(soon)));
  way_.hold_answers(true);
  const std::string id = store("a");
  EXPECT_EQ(shown_of(http().get("/outbox/messages").json(), id).value("attempts", 0), 1);
  const HttpResponse ended = http().request("DELETE", "/outbox/messages/" + id);
  EXPECT_EQ(ended.status, 200);
  EXPECT_EQ(ended.json(), json({{"code", 0}, {"may_arrive", true}}));
  bridge_->process().kill();
  way_.hold_answers(false);
  bridge_->start();
  EXPECT_EQ(http().post_json("/publish", qos1("t", "end")).status, 200);
  probe_.wait_for_count(2, within(soon));
  ASSERT_EQ(probe_.received().size(), 2U);
  EXPECT_EQ(probe_.received().at(1).payload, "end");
}

/// A broker that closes at a message twice, and does not answer it when it is sent alone.
class HeldMessageTest : public ::testing::Test {
 protected:
  BrokerScript script() {
    BrokerScript script;
    script.puback = [this](const std::string& topic) {
      if (topic != "poison") return 0;
      return ++times_read_ <= 2 ? BrokerScript::close : -1;
    };
    return script;
  }
  json shown(const std::string& id) const {
    return shown_of(bridge_.http().get("/outbox/messages").json(), id);
  }

  std::atomic<int> times_read_ = 0;
  FakeBroker broker_{script()};
  BridgeProcess bridge_{{.mqtt_port = broker_.port(), .mqtt = "ack_timeout = 30\n", .keep_state = true}};
};

TEST_F(HeldMessageTest, IsShownWithItsReasonAndCanBeEnded) {
  const HttpResponse stored =
      bridge_.http().post_json("/publish", qos1("poison", "m"), {{"Prefer", "respond-async"}});
  ASSERT_EQ(stored.status, 202) << stored.content;
  const std::string id = stored.json()["id"];
  ASSERT_TRUE(eventually(within(soon), [&] { return times_read_ == 3; }));
  const json held = shown(id);
  EXPECT_EQ(held["attempts"], 3) << held;
  EXPECT_EQ(
      held["last_reason"],
      "the connection was lost while it was in flight, 2 times; the broker may close it at this message, "
      "which is sent alone");
  const HttpResponse ended = bridge_.http().request("DELETE", "/outbox/messages/" + id);
  EXPECT_EQ(ended.json(), json({{"code", 0}, {"may_arrive", true}})) << ended.content;
  EXPECT_TRUE(shown(id).is_null());
  EXPECT_EQ(bridge_.http().post_json("/publish", qos1("t", "m")).status, 200);
  EXPECT_EQ(bridge_.http().get("/outbox").json()["dead_letters"], 0);
}

TEST(WaitingMessagesOffTest, AreAnsweredAsTheOutboxIs) {
  const BridgeProcess bridge({.mqtt_port = free_port()}, BridgeProcess::Wait::serving);
  EXPECT_EQ(bridge.http().get("/outbox/messages").content, bridge.http().get("/outbox").content);
  expect_problem(bridge.http().get("/outbox/messages?limit=0"), 400, -1, "limit");
  expect_problem(bridge.http().request("DELETE", "/outbox/messages/a"), 404, -1);
}

}  // namespace
}  // namespace bridge::test
