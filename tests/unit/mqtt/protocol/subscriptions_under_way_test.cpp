#include "scripted_broker.h"

namespace bridge::mqtt {
namespace {

const std::vector<Subscription> two_subscriptions{{"a/#", QoS::at_least_once}, {"b", QoS::at_most_once}};
const std::vector<std::string> two_filters{"a/#", "b"};
const auto subscribe = [](ClientProtocol& it, TimePoint) { it.subscribe(two_subscriptions); };
const auto unsubscribe = [](ClientProtocol& it, TimePoint) { it.unsubscribe(two_filters); };

TEST(SubscriptionsUnderWayTest, AreToldWithTheirNumbers) {
  play({
      connected(),
      does(subscribe),
      does(unsubscribe),
      publish("m", qos1),
      expect({"SUBSCRIBE 1 a/# qos1 b qos0", "UNSUBSCRIBE 2 a/# b", "PUBLISH 3 qos1 m"}),
      seen([](ScriptedBroker& it) { EXPECT_TRUE(it.protocol().has_unanswered()); }),
      reply({puback(3), Unsuback{2, {}, {0, 0x11}}, Suback{1, {}, {1, 0x87}}}),
      told({"accepted m", "unsuback 2 0 17", "suback 1 1 135"}),
      seen([](ScriptedBroker& it) { EXPECT_FALSE(it.protocol().has_unanswered()); }),
  });
}

TEST(SubscriptionsUnderWayTest, HaveNoCodesInAnUnsubackOfMqtt311) {
  play({
      connected(Version::v3_1_1),
      does(unsubscribe),
      expect({"UNSUBSCRIBE 1 a/# b"}),
      reply(Unsuback{1, {}, {}}),
      told({"unsuback 1"}),
  });
}

TEST(SubscriptionsUnderWayTest, AreFaultyIfTheAnswerDoesNotFit) {
  const std::vector<Packet> misfits{Suback{1, {}, {0}}, Suback{1, {}, {0, 0, 0}}, Unsuback{1, {}, {0, 0}},
                                    Suback{2, {}, {0, 0}}, puback(1)};
  for (const Packet& packet : misfits)
    play({
        connected(),
        does(subscribe),
        expect({"SUBSCRIBE 1 a/# qos1 b qos0"}),
        reply(packet),
        told({"fault 0x82"}),
        expect({"DISCONNECT 0x82"}),
    });
  play({
      connected(),
      does(subscribe),
      reply(Suback{1, {}, {0, 0}}),
      told({"fault 0x82"}),
      expect({"DISCONNECT 0x82"}),
  });
}

TEST(SubscriptionsUnderWayTest, AreForgottenWithTheConnection) {
  std::vector<Step> steps{connected()};
  for (int i = 0; i < 100; ++i) {
    steps.push_back(does(subscribe));
    steps.push_back(cut());
    steps.push_back(told({}));
    steps.push_back(reconnected());
    steps.push_back(told({"connack present"}));
    steps.push_back(seen([](ScriptedBroker& it) { EXPECT_FALSE(it.protocol().has_unanswered()); }));
  }
  play(steps);
}

TEST(SubscriptionsUnderWayTest, TakeNoHarmFromAFilterThatIsTooLong) {
  const std::vector<Subscription> too_long{{std::string(65536, 'x'), QoS::at_most_once}};
  play({
      connected(),
      seen([&](ScriptedBroker& it) { EXPECT_THROW(it.protocol().subscribe(too_long), std::length_error); }),
      seen([](ScriptedBroker& it) { EXPECT_FALSE(it.protocol().has_unanswered()); }),
      expect({}),
  });
}

}  // namespace
}  // namespace bridge::mqtt
