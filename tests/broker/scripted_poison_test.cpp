// Messages at which a broker closes the connection, with a word or without: each is found out, and delays
// other callers for no more than a moment.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "bridge/core/reason_code.h"
#include "problem.h"
#include "scripted_fixture.h"

namespace bridge::test {
namespace {

using namespace std::chrono_literals;

/// Closes the connection at the payload "poison", whatever its topic.
std::optional<std::string> closes_at_poison(const HeardPublish& publish) {
  if (publish.payload == "poison") return std::nullopt;
  return acknowledgement_of(publish);
}

/// A fault that a broker names in a DISCONNECT (MQTT 5.0, 3.14.2.1).
struct NamedFault {
  int reason_code;
  int status;
};

class NamedFaultTest : public ::testing::TestWithParam<NamedFault> {
 protected:
  const ScriptedBroker broker_{{{expect("CONNECT 5 clean"), reply(connack()), expect("PUBLISH t=bad qos 1"),
                                 reply(disconnect(GetParam().reason_code)), cut()},
                                {expect("CONNECT 5 clean"), reply(connack())}}};
};

TEST_P(NamedFaultTest, IsTheAnswerAfterOneLoss) {
  const BridgeProcess bridge(on_script(broker_));
  expect_problem(post(bridge, "t", "bad", 1), GetParam().status, GetParam().reason_code);
  EXPECT_TRUE(broker_.wait_until_played(2, within(soon)));
  expect_success(post(bridge, "other", "good", 1));
  EXPECT_EQ(broker_.payloads_of("t"), std::vector<std::string>{"bad"});
  EXPECT_EQ(broker_.connects(), 2);
}

TEST_P(NamedFaultTest, MakesADeadLetterOfWhatIsStored) {
  BridgeOptions options = on_script(broker_);
  options.keep_state = true;
  const BridgeProcess bridge(options);
  EXPECT_EQ(post(bridge, "t", "bad", 1, {{"Prefer", "respond-async"}}).status, 202);
  EXPECT_TRUE(eventually(within(soon),
                         [&] { return bridge.http().get("/outbox").json().value("dead_letters", 0) == 1; }));
  EXPECT_EQ(bridge.http().get("/outbox/dead").json()["dead_letters"][0]["reason_code"],
            GetParam().reason_code);
  EXPECT_EQ(broker_.payloads_of("t"), std::vector<std::string>{"bad"});
}

INSTANTIATE_TEST_SUITE_P(Codes, NamedFaultTest,
                         ::testing::Values(NamedFault{135, 403}, NamedFault{144, 502}, NamedFault{149, 502},
                                           NamedFault{153, 502}, NamedFault{154, 502}, NamedFault{155, 502}),
                         [](const auto& fault) { return std::to_string(fault.param.reason_code); });

/// PUBACK and DISCONNECT in one write: no further message may go out between them.
std::string acknowledged_and_disconnected(std::uint16_t identifier) {
  return acknowledgement_packet(PacketType::puback, identifier, 0) + disconnect(0x80);
}

TEST(AcknowledgedAndClosedTest, IsAnsweredAsTheBrokerSaidAndHarmsNobody) {
  const ScriptedBroker broker(
      {{expect("CONNECT 5 clean"), reply(connack()), expect("PUBLISH t=bad qos 1"),
        reply_to("bad", acknowledged_and_disconnected), cut()},
       {expect("CONNECT 5 kept"), reply(connack(0, true)), expect("PUBLISH t=good qos 1"), puback("good")}});
  const BridgeProcess bridge(on_script(broker));
  expect_success(post(bridge, "t", "bad", 1));
  expect_success(post(bridge, "t", "good", 1));
  EXPECT_TRUE(broker.wait_until_played(2, within(soon)));
}

TEST(AcknowledgedAndClosedTest, ManyInARowConvictNobodyElse) {
  const PublishRule nanomq = [](const HeardPublish& publish) -> std::optional<std::string> {
    return acknowledgement_of(publish) + (publish.payload == "bad" ? disconnect(0x80) : std::string());
  };
  const ScriptedBroker broker({{expect("CONNECT 5 clean"), reply(connack()), serve_by(nanomq)},
                               {expect("CONNECT 5 kept"), reply(connack(0, true)), serve_by(nanomq)}});
  const BridgeProcess bridge(on_script(broker));
  std::atomic<bool> over = false;
  std::thread other([&] {
    while (!over) {
      const TimePoint start = Clock::now();
      expect_success(post(bridge, "other", "good", 1));
      EXPECT_LE(since(start), scaled(2s));
    }
  });
  for (int i = 0; i < 10; ++i) expect_success(post(bridge, "t", "bad", 1));
  over = true;
  other.join();
}

/// A broker that says "quota exceeded" at one message, and takes all others.
TEST(ExcusedCloseTest, ThePausesGrowAndNobodyElseWaits) {
  const PublishRule excuses_itself = [](const HeardPublish& publish) -> std::optional<std::string> {
    return publish.payload == "poison" ? disconnect(151) : acknowledgement_of(publish);
  };
  const ScriptedBroker broker({{welcome(), serve_by(excuses_itself)}});
  BridgeOptions options = on_script(broker);
  options.keep_state = true;
  const BridgeProcess bridge(options);
  std::atomic<bool> over = false;
  std::thread other([&] {
    while (!over) {
      const TimePoint start = Clock::now();
      EXPECT_LE(post(bridge, "other", "good", 1).status, 202);
      EXPECT_LE(since(start), scaled(2s));
    }
  });
  EXPECT_EQ(post(bridge, "t", "poison", 1, {{"Prefer", "respond-async"}}).status, 202);
  EXPECT_TRUE(eventually(within(20s), [&] { return broker.payloads_of("t").size() >= 6; }));
  over = true;
  other.join();
  std::vector<TimePoint> times;
  for (const HeardPublish& publish : broker.heard())
    if (publish.payload == "poison") times.push_back(publish.at);
  ASSERT_GE(times.size(), 6U);
  EXPECT_GE(times[4] - times[3], 1s) << "sent alone for the second time";
  EXPECT_GE(times[5] - times[4], 2s);
}

/// Each costs several connections, while others publish to new topics, any of which might be to blame.
TEST(TwoPoisonedMessagesTest, HaveNobodyElsesNewTopicHeldBack) {
  const ScriptedBroker broker({{welcome(), serve_by(closes_at_poison)}});
  const BridgeProcess bridge(on_script(broker));
  std::atomic<bool> over = false;
  const auto publish_to_new_topics = [&](const std::string& mine) {
    for (int i = 0; !over; ++i)
      EXPECT_NE(post(bridge, mine + std::to_string(i), "good", 0).json()["code"],
                reason_code::quota_exceeded);
  };
  std::thread one(publish_to_new_topics, "one/");
  std::thread another(publish_to_new_topics, "another/");
  for (const char* topic : {"bad/1", "bad/2"}) expect_problem(post(bridge, topic, "poison", 1), 502, 131);
  over = true;
  one.join();
  another.join();
  nlohmann::json items;
  for (int i = 0; i < 20; ++i) items.push_back(item("new/" + std::to_string(i), "good", 1));
  for (const auto& result : post_bulk_meanwhile(bridge, items).get().json()["results"])
    EXPECT_EQ(result["status"], 200) << result;
}

struct Closing {
  const char* name;
  int version;
  int qos;
};

/// A broker that closes without a word, a client that sends the poisoned message, and another client.
class SilentCloseTest : public ::testing::TestWithParam<Closing> {
 protected:
  std::string version() const { return "version = " + std::to_string(GetParam().version); }
  void begin_others(const BridgeProcess& bridge, bool may_be_stored) {
    other_ = std::thread([this, &bridge, may_be_stored] {
      for (int i = 0; !over_; ++i) {
        const TimePoint start = Clock::now();
        EXPECT_LE(post(bridge, "other", std::to_string(i), 1).status, may_be_stored ? 202 : 200);
        longest_ = std::max(longest_.load(), since(start));
      }
    });
  }
  void end_others() {
    over_ = true;
    other_.join();
    EXPECT_LE(longest_.load(), scaled(2s)) << "no other caller's QoS 1 is later than that";
  }

  const ScriptedBroker broker_{{{welcome(), serve_by(closes_at_poison)}}};
  std::atomic<bool> over_ = false;
  std::atomic<std::chrono::milliseconds> longest_{0ms};
  std::thread other_;
};

TEST_P(SilentCloseTest, CostsThreeReconnectionsAtMostAndWhatFollowsOnItsTopicWaits) {
  const BridgeProcess bridge(on_script(broker_, version()));
  begin_others(bridge, false);
  auto poison = post_meanwhile(bridge, "t", "poison", GetParam().qos);
  ASSERT_TRUE(eventually(within(soon), [&] { return !broker_.payloads_of("t").empty(); }));
  auto follower = post_meanwhile(bridge, "t", "after", 1);
  const HttpResponse answer = poison.get();
  expect_success(follower.get());
  end_others();
  // Without a disk a message of QoS 2 is not sent anew, so that it does not come twice: it ends as unknown.
  GetParam().qos == 1 ? expect_problem(answer, 502, 131) : expect_problem(answer, 504, 128);
  const std::vector<std::string> sent = broker_.payloads_of("t");
  EXPECT_EQ(std::count(sent.begin(), sent.end(), "after"), 1);
  EXPECT_EQ(sent.back(), "after") << "MQTT 5.0, 4.6: it overtakes nothing";
  EXPECT_LE(broker_.connects(), 1 + 3);
}

TEST_P(SilentCloseTest, OfAStoredMessageIsADeadLetterAndToldWhileItLasts) {
  BridgeOptions options = on_script(broker_, version());
  options.keep_state = true;
  const BridgeProcess bridge(options);
  begin_others(bridge, true);
  EXPECT_EQ(post(bridge, "t", "poison", GetParam().qos, {{"Prefer", "respond-async"}}).status, 202);
  EXPECT_EQ(post(bridge, "t", "after", 1, {{"Prefer", "respond-async"}}).status, 202);
  EXPECT_TRUE(eventually(within(soon), [&] {
    const auto outbox = bridge.http().get("/outbox").json();
    return outbox.value("dead_letters", 0) == 1 && outbox.value("messages", 1) == 0;
  })) << bridge.http().get("/outbox").content;
  end_others();
  const auto letter = bridge.http().get("/outbox/dead").json()["dead_letters"][0];
  EXPECT_EQ(letter["payload"], "poison");
  EXPECT_EQ(letter["reason_code"], 131);
  EXPECT_EQ(broker_.payloads_of("t").back(), "after");
  EXPECT_LE(broker_.connects(), 1 + 3);
}

INSTANTIATE_TEST_SUITE_P(Ways, SilentCloseTest,
                         ::testing::Values(Closing{"Mqtt5Qos1", 5, 1}, Closing{"Mqtt311Qos1", 3, 1},
                                           Closing{"Mqtt5Qos2", 5, 2}),
                         [](const auto& way) { return way.param.name; });

/// mosquitto 2.1 under MQTT 3.1.1 (over 2,000,000 bytes): it reads the length and closes, while most of the
/// message is still on its way. The system tells that as a reset.
TEST(TooLargeTest, ClosesInTheMiddleOfAMessageAreFoundOutToo) {
  const ScriptedBroker broker({{welcome(), close_at_larger_than(100'000)}});
  const BridgeProcess bridge(on_script(broker, "version = 3"));
  auto large = std::async(std::launch::async, [&] {
    return bridge.http().request("POST", "/topics/t?qos=1", std::string(1'000'000, 'x'));
  });
  ASSERT_TRUE(eventually(within(soon), [&] { return broker.connects() > 1; }));
  const TimePoint start = Clock::now();
  expect_success(post(bridge, "other", "good", 1));
  EXPECT_LE(since(start), scaled(2s));
  expect_problem(large.get(), 502, 131);
  EXPECT_LE(broker.connects(), 1 + 3);
}

}  // namespace
}  // namespace bridge::test
