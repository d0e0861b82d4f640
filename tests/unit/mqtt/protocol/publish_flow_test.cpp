#include "scripted_broker.h"

namespace bridge::mqtt {
namespace {

TEST(PublishFlowTest, EndsAQos0MessageWithItsLastByte) {
  play({
      connected(),
      publish("a", qos0),
      told({}),
      write(3),
      told({}),
      expect({"PUBLISH qos0 a"}),
      told({"accepted a"}),
  });
}

TEST(PublishFlowTest, EndsAQos1MessageWithItsPuback) {
  play({
      connected(),
      publish("a", qos1),
      expect({"PUBLISH 1 qos1 a"}),
      told({}),
      reply(puback(1)),
      told({"accepted a"}),
  });
}

TEST(PublishFlowTest, EndsAQos2MessageWithItsPubcomp) {
  for (const Version version : {Version::v3_1_1, Version::v5})
    play({
        connected(version),
        publish("a", qos2),
        expect({"PUBLISH 1 qos2 a"}),
        reply(pubrec(1)),
        expect({"PUBREL 1"}),
        told({}),
        reply(pubcomp(1)),
        told({"accepted a"}),
    });
}

TEST(PublishFlowTest, TellsARefusalWithItsReasonCode) {
  play({
      connected(),
      publish("a", qos1),
      publish("b", qos2),
      expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos2 b"}),
      reply(puback(1, 0x87)),
      told({"refused a 0x87"}),
      reply(pubrec(2, 0x97)),
      told({"refused b 0x97"}),
  });
}

TEST(PublishFlowTest, TellsThatNobodySubscribes) {
  play({
      connected(),
      publish("a", qos1),
      publish("b", qos2),
      expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos2 b"}),
      reply({puback(1, 0x10), pubrec(2, 0x10)}),
      told({"accepted a 0x10"}),
      expect({"PUBREL 2"}),
      reply(pubcomp(2)),
      told({"accepted b 0x10"}),
  });
}

TEST(PublishFlowTest, TellsTheEndsOfOneReadAtOnce) {
  play({
      connected(),
      publish("a", qos1),
      publish("b", qos1),
      publish("c", qos1),
      expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos1 b", "PUBLISH 3 qos1 c"}),
      reply({puback(1), puback(2), puback(3)}),
      told({"accepted a", "accepted b", "accepted c"}),
      seen([](ScriptedBroker& it) { EXPECT_EQ(it.events().calls_of_on_published(), 1u); }),
  });
}

TEST(PublishFlowTest, TellsThatTheBrokerLoweredQos2OnceForEachConnection) {
  play({
      connected(Version::v3_1_1),
      publish("a", qos2),
      publish("b", qos2),
      expect({"PUBLISH 1 qos2 a", "PUBLISH 2 qos2 b"}),
      reply({puback(1), puback(2)}),
      told({"accepted a", "lowered qos", "accepted b"}),
      cut(),
      reconnected(Version::v3_1_1),
      told({"connack present"}),
      publish("c", qos2),
      expect({"PUBLISH 3 qos2 c"}),
      reply(puback(3)),
      told({"accepted c", "lowered qos"}),
  });
}

TEST(PublishFlowTest, IgnoresARepeatedPubrecWhosePubrelIsUnderWay) {
  play({
      connected(),
      publish("a", qos2),
      expect({"PUBLISH 1 qos2 a"}),
      reply({pubrec(1), pubrec(1)}),
      expect({"PUBREL 1"}),
      reply(pubrec(1)),
      expect({}),
      reply(pubcomp(1)),
      told({"accepted a"}),
  });
}

TEST(PublishFlowTest, ReleasesAnUnknownMessageAndTakesItsPubcomp) {
  for (const std::uint8_t code : {std::uint8_t{0}, std::uint8_t{0x92}})
    play({
        connected(),
        reply(pubrec(77)),
        expect({"PUBREL 77 0x92"}),
        reply(pubcomp(77, code)),
        told({}),
        reply(pubcomp(77)),
        told({"fault 0x82"}),
        expect({"DISCONNECT 0x82"}),
    });
  play({
      connected(Version::v3_1_1),
      reply(pubrec(77)),
      expect({"PUBREL 77"}),
      reply(pubcomp(77)),
      told({}),
  });
}

TEST(PublishFlowTest, CallsAMessageRefusedThatTheBrokerLostBeforeItsPubrel) {
  play({
      connected(),
      publish("a", qos2),
      expect({"PUBLISH 1 qos2 a"}),
      reply(pubrec(1)),
      expect({"PUBREL 1"}),
      reply(pubcomp(1, 0x92)),
      told({"refused a 0x92"}),
  });
}

TEST(PublishFlowTest, SaysWhatIsLeftOfTheExpiry) {
  play({
      connected(),
      publish_expiring("a", qos1, std::chrono::seconds(10)),
      expect({"PUBLISH 1 qos1 a expiry 10"}),
      seen([](ScriptedBroker& it) {
        Outgoing& waited = it.message("b", qos0);
        waited.message.properties.message_expiry_interval = std::chrono::seconds(10);
        waited.expires_at = it.now() + std::chrono::milliseconds(3500);
        it.protocol().publish(waited, it.now());
      }),
      expect({"PUBLISH qos0 b expiry 4"}),
      told({"accepted b"}),
      reply(puback(1)),
      told({"accepted a"}),
  });
}

TEST(PublishFlowTest, NeverSaysAnExpiryOf0WhichBrokersTakeForNever) {
  play({
      connected(),
      publish_expiring("a", qos0, std::chrono::seconds(0)),
      expect({"PUBLISH qos0 a expiry 1"}),
      told({"accepted a"}),
  });
}

TEST(PublishFlowTest, KeepsEachPacketIdentifierForOneMessageAtATime) {
  std::vector<Step> steps{connected()};
  for (int i = 1; i <= 3000; ++i) {
    const auto id = static_cast<std::uint16_t>((i - 1) % PacketIdentifiers::resting + 1);
    const std::string name = std::to_string(i);
    steps.push_back(publish(name, qos1));
    steps.push_back(expect({"PUBLISH " + std::to_string(id) + " qos1 " + name}));
    steps.push_back(reply(puback(id)));
    steps.push_back(told({"accepted " + name}));
  }
  play(steps);
}

TEST(PublishFlowTest, KnowsWhetherTheBrokerHasAnsweredAll) {
  const auto has_unanswered = [](bool yes, Here at = Here::current()) {
    return seen([yes](ScriptedBroker& it) { EXPECT_EQ(it.protocol().has_unanswered(), yes); }, at);
  };
  play({
      open(),
      expect({"CONNECT 5 clean"}),
      has_unanswered(false),
      reply(connack()),
      told({"connack"}),
      has_unanswered(false),
      publish("a", qos1),
      has_unanswered(true),
      expect({"PUBLISH 1 qos1 a"}),
      reply(puback(1)),
      told({"accepted a"}),
      has_unanswered(false),
      publish("b", qos0),
      has_unanswered(false),
      write(2),
      has_unanswered(true),
      expect({"PUBLISH qos0 b"}),
      told({"accepted b"}),
      has_unanswered(true),
      does([](ClientProtocol& it, TimePoint) { it.ping(); }),
      expect({"PINGREQ"}),
      reply(Pingresp{}),
      told({"pong"}),
      has_unanswered(false),
      publish("c", qos1),
      cut(),
      told({"unsent c"}),
      has_unanswered(false),
  });
}

TEST(PublishFlowTest, MayBeCalledFromWhatItTells) {
  play({
      connected(),
      seen([](ScriptedBroker& it) {
        it.events().during_pong = [&it] {
          EXPECT_TRUE(it.protocol().takes(qos1));
          it.protocol().publish(it.message("a", qos1), it.now());
          it.protocol().ping();
        };
        it.protocol().ping();
      }),
      expect({"PINGREQ"}),
      reply(Pingresp{}),
      seen([](ScriptedBroker& it) { it.events().during_pong = [] {}; }),
      expect({"PUBLISH 1 qos1 a", "PINGREQ"}),
      reply({puback(1), Pingresp{}}),
      told({"pong", "accepted a", "pong"}),
  });
}

}  // namespace
}  // namespace bridge::mqtt
