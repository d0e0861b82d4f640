// A session over the loss of its connection: the broker's limits, messages in flight, their order and their
// time; and a broker that answers nothing.

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "problem.h"
#include "scripted_fixture.h"

namespace bridge::test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

const std::string maximum_qos_1 = "\x24\x01";
const std::string receive_maximum_20 = std::string("\x21\x00\x14", 3);

/// A moment for which the broker waits until the test opens the gate.
class Gate {
 public:
  void open() { promise_.set_value(); }
  std::shared_future<void> opened() const { return opened_; }

 private:
  std::promise<void> promise_;
  std::shared_future<void> opened_ = promise_.get_future().share();
};

BridgeOptions with_outbox(BridgeOptions options) {
  options.keep_state = true;
  return options;
}

TEST(HeldLimitsTest, WhatTheBrokerDoesNotTakeIsRefusedWhileItIsAwayToo) {
  Gate back;
  const ScriptedBroker broker(
      {{expect("CONNECT 5 clean"), reply(connack(0, false, maximum_qos_1)), expect("PUBLISH t=a qos 1"),
        cut()},
       {expect("CONNECT 5 kept"), wait_for(back.opened()), reply(connack(0, true, maximum_qos_1)),
        expect("PUBLISH t=a qos 1 dup"), puback("a")}});
  const BridgeProcess bridge(with_outbox(on_script(broker)));
  auto first = post_meanwhile(bridge, "t", "a", 1);
  ASSERT_TRUE(eventually(within(soon), [&] { return broker.connects() == 2; }));
  EXPECT_EQ(first.get().status, 202);
  expect_problem(post(bridge, "t", "b", 2), 502, 155, "qos");
  EXPECT_EQ(post(bridge, "t", "c", 1).status, 202);
  back.open();
  EXPECT_TRUE(eventually(within(soon),
                         [&] { return bridge.http().get("/outbox").json().value("messages", 9) == 0; }));
  EXPECT_EQ(broker.payloads_of("t"), (std::vector<std::string>{"a", "a", "c"}));
  EXPECT_EQ(bridge.http().get("/outbox").json().value("dead_letters", 9), 0);
}

TEST(ResumedSessionTest, SendsAgainInOrderBeforeAnythingNewer) {
  Gate back;
  const ScriptedBroker broker(
      {{expect("CONNECT 5 clean"), reply(connack()), expect("PUBLISH t=a qos 1"), expect("PUBLISH t=b qos 2"),
        expect("PUBLISH t=c qos 2"), expect("PUBLISH t=d qos 1"), pubrec("b"), expect("PUBREL b"), cut()},
       {expect("CONNECT 5 kept"), wait_for(back.opened()), reply(connack(0, true)), expect("PUBREL b"),
        expect("PUBLISH t=a qos 1 dup"), expect("PUBLISH t=c qos 2 dup"), expect("PUBLISH t=d qos 1 dup"),
        puback("a"), pubcomp("b"), pubrec("c"), puback("d")}});
  const BridgeProcess bridge(on_script(broker));
  auto earlier = post_bulk_meanwhile(
      bridge, {item("t", "a", 1), item("t", "b", 2), item("t", "c", 2), item("t", "d", 1)});
  ASSERT_TRUE(eventually(within(soon), [&] { return broker.connects() == 2; }));
  auto newer = post_meanwhile(bridge, "t", "e", 1);
  back.open();
  const HttpResponse response = earlier.get();
  EXPECT_EQ(response.status, 200) << response.content;
  newer.wait();
  EXPECT_TRUE(broker.wait_until_played(2, within(soon)));
}

TEST(ResumedSessionTest, TheExpiryIsLessTheTimeThatPassedAndWhatExpiredIsNotSentAgain) {
  Gate back;
  const ScriptedBroker broker({{expect("CONNECT 5 clean"), reply(connack()), expect("PUBLISH t=short qos 1"),
                                expect("PUBLISH t=long qos 1"), cut()},
                               {expect("CONNECT 5 kept"), wait_for(back.opened()), reply(connack(0, true)),
                                expect_publish([](const HeardPublish& publish) {
                                  EXPECT_EQ(publish.payload, "long");
                                  EXPECT_TRUE(publish.dup);
                                  EXPECT_LE(publish.properties.message_expiry_interval.value_or(99), 58U);
                                  EXPECT_GE(publish.properties.message_expiry_interval.value_or(0), 40U);
                                }),
                                puback("long")}});
  const BridgeProcess bridge(on_script(broker));
  json of_short = item("t", "short", 1);
  json of_long = item("t", "long", 1);
  of_short["properties"] = {{"message_expiry_interval", 1}};
  of_long["properties"] = {{"message_expiry_interval", 60}};
  auto answers = post_bulk_meanwhile(bridge, {of_short, of_long});
  ASSERT_TRUE(eventually(within(soon), [&] { return broker.connects() == 2; }));
  std::this_thread::sleep_for(2100ms);  // the test is about this time
  back.open();
  const json results = answers.get().json()["results"];
  EXPECT_EQ(results[0]["status"], 504) << "it may have arrived the first time";
  EXPECT_EQ(results[1]["status"], 200);
  EXPECT_TRUE(broker.wait_until_played(2, within(soon)));
}

TEST(LostSessionTest, Qos1IsSentAnewAndQos2OnlyAsAStoredOne) {
  for (const bool has_outbox : {false, true}) {
    const ScriptedBroker broker(
        {{expect("CONNECT 5 clean"), reply(connack()), expect("PUBLISH t=a qos 1"),
          expect("PUBLISH t=b qos 2"), cut()},
         {expect("CONNECT 5 kept"), reply(connack(0, false)), expect("PUBLISH t=a qos 1"), puback("a")}});
    const BridgeProcess bridge(has_outbox ? with_outbox(on_script(broker)) : on_script(broker));
    const json results =
        post_bulk_meanwhile(bridge, {item("t", "a", 1), item("t", "b", 2)}).get().json()["results"];
    EXPECT_EQ(results[0]["status"], 200);
    EXPECT_EQ(results[1]["status"], has_outbox ? 202 : 504);
    EXPECT_TRUE(broker.wait_until_played(2, within(soon)));
    const std::vector<std::string> sent = broker.payloads_of("t");
    EXPECT_EQ(std::count(sent.begin(), sent.end(), "b"), has_outbox ? 2 : 1);
  }
}

json bulk_of(int messages) {
  json items = json::array();
  for (int i = 0; i < messages; ++i) items.push_back(item("t", std::to_string(i), 1));
  return items;
}

TEST(FullWindowTest, ABrokerThatIsSilentIsGivenUpWithinDeadAfter) {
  const ScriptedBroker broker(
      {{expect("CONNECT 5 clean"), reply(connack(0, false, receive_maximum_20)), keep_silent()},
       {expect("CONNECT 5 kept"), reply(connack(0, true, receive_maximum_20))}});
  const BridgeProcess bridge(on_script(broker, "dead_after = 1\nack_timeout = 30"));
  const TimePoint start = Clock::now();
  auto answers = post_bulk_meanwhile(bridge, bulk_of(25));
  EXPECT_TRUE(bridge.output().wait_for_line("the connection is given up", within(soon)));
  EXPECT_LE(since(start), scaled(1800ms));
  EXPECT_EQ(answers.get().status, 200);
  const auto heard = broker.heard();
  EXPECT_EQ(std::count_if(heard.begin(), heard.end(),
                          [](const HeardPublish& each) { return each.connection == 1; }),
            20);
}

TEST(FullWindowTest, ABrokerThatAnswersPingsIsAlive) {
  const ScriptedBroker broker({{expect("CONNECT 5 clean"), reply(connack(0, false, receive_maximum_20)),
                                serve_by([](const HeardPublish&) { return std::string(); })}});
  const BridgeProcess bridge(on_script(broker, "dead_after = 1\nack_timeout = 3"));
  const HttpResponse answers = post_bulk_meanwhile(bridge, bulk_of(25)).get();
  EXPECT_EQ(answers.status, 207);
  EXPECT_EQ(broker.heard().size(), 20U);
  EXPECT_EQ(broker.connects(), 1);
  EXPECT_GE(broker.pings(), 1);
}

}  // namespace
}  // namespace bridge::test
