#include "scripted_broker.h"

namespace bridge::mqtt {
namespace {

using std::chrono::seconds;

TEST(RedeliveryTest, SendsAgainInTheOrderOfTheFirstSendingBeforeAnythingNewer) {
  for (const Version version : {Version::v3_1_1, Version::v5})
    play({
        connected(version),
        publish("a", qos1),
        publish("b", qos2),
        publish("c", qos1),
        expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos2 b", "PUBLISH 3 qos1 c"}),
        cut(),
        told({}),
        reconnected(version),
        told({"connack present"}),
        publish("d", qos1),
        expect({"PUBLISH 1 qos1 dup a", "PUBLISH 2 qos2 dup b", "PUBLISH 3 qos1 dup c", "PUBLISH 4 qos1 d"}),
        reply({puback(1), puback(3), pubrec(2), puback(4)}),
        told({"accepted a", "accepted c", "accepted d"}),
        expect({"PUBREL 2"}),
        reply(pubcomp(2)),
        told({"accepted b"}),
    });
}

TEST(RedeliveryTest, SendsOnlyPubrelAfterPubrecInTheOrderOfThePubrecs) {
  play({
      connected(),
      publish("a", qos2),
      publish("b", qos2),
      publish("c", qos2),
      expect({"PUBLISH 1 qos2 a", "PUBLISH 2 qos2 b", "PUBLISH 3 qos2 c"}),
      reply({pubrec(3), pubrec(1)}),
      cut(),
      reconnected(),
      told({"connack present"}),
      expect({"PUBREL 3", "PUBREL 1", "PUBLISH 2 qos2 dup b"}),
      reply({pubcomp(3), pubcomp(1), pubrec(2)}),
      told({"accepted c", "accepted a"}),
      expect({"PUBREL 2"}),
      reply(pubcomp(2)),
      told({"accepted b"}),
  });
}

TEST(RedeliveryTest, KeepsTheOrderOverManyConnections) {
  std::vector<Step> steps{connected(), publish("a", qos1), publish("b", qos1),
                          expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos1 b"})};
  for (int i = 0; i < 5; ++i) {
    steps.push_back(cut());
    steps.push_back(reconnected());
    steps.push_back(told({"connack present"}));
    steps.push_back(expect({"PUBLISH 1 qos1 dup a", "PUBLISH 2 qos1 dup b"}));
  }
  steps.push_back(reply({puback(1), puback(2)}));
  steps.push_back(told({"accepted a", "accepted b"}));
  play(steps);
}

TEST(RedeliveryTest, KeepsToASmallerReceiveMaximumAsPlacesBecomeFree) {
  play({
      connected(),
      publish("a", qos1),
      publish("b", qos2),
      publish("c", qos1),
      expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos2 b", "PUBLISH 3 qos1 c"}),
      cut(),
      reconnected(Version::v5, window_of(1, true)),
      told({"connack present"}),
      expect({"PUBLISH 1 qos1 dup a"}),
      takes_no(qos1),
      takes(qos0),
      reply(puback(1)),
      told({"accepted a"}),
      expect({"PUBLISH 2 qos2 dup b"}),
      reply(pubrec(2)),
      expect({"PUBREL 2"}),
      reply(pubcomp(2)),
      told({"accepted b"}),
      expect({"PUBLISH 3 qos1 dup c"}),
      takes_no(qos1),
      reply(puback(3)),
      told({"accepted c"}),
      takes(qos1),
  });
}

TEST(RedeliveryTest, SaysWhatIsLeftOfTheExpiryAndDropsWhatHasExpired) {
  play({
      connected(),
      publish_expiring("a", qos1, seconds(60)),
      publish_expiring("b", qos1, seconds(10)),
      publish("c", qos1),
      expect({"PUBLISH 1 qos1 a expiry 60", "PUBLISH 2 qos1 b expiry 10", "PUBLISH 3 qos1 c"}),
      cut(),
      later(seconds(20)),
      reconnected(),
      told({"expired b", "connack present"}),
      expect({"PUBLISH 1 qos1 dup a expiry 40", "PUBLISH 3 qos1 dup c"}),
      reply({puback(1), puback(3)}),
      told({"accepted a", "accepted c"}),
  });
}

TEST(RedeliveryTest, ReleasesAnExpiredQos2MessageSoThatTheBrokerForgetsItsIdentifier) {
  play({
      connected(),
      publish_expiring("a", qos2, seconds(10)),
      expect({"PUBLISH 1 qos2 a expiry 10"}),
      cut(),
      later(seconds(10)),
      reconnected(),
      told({"expired a", "connack present"}),
      expect({"PUBREL 1"}),
      reply(pubcomp(1, 0x92)),
      told({}),
      cut(),
      reconnected(),
      told({"connack present"}),
  });
}

TEST(RedeliveryTest, BeginsAnewIfTheBrokerClosesOnSuchARelease) {
  play({
      connected(),
      publish_expiring("a", qos2, seconds(10)),
      publish("b", qos1),
      expect({"PUBLISH 1 qos2 a expiry 10", "PUBLISH 2 qos1 b"}),
      cut(),
      later(seconds(10)),
      reconnected(),
      told({"expired a", "connack present"}),
      expect({"PUBREL 1", "PUBLISH 2 qos1 dup b"}),
      cut(),
      open(),
      expect({"CONNECT 5 clean"}),
      reply(connack()),
      told({"interrupted b", "connack"}),
  });
}

TEST(RedeliveryTest, ExpiresNothingAfterItsPubrec) {
  play({
      connected(),
      publish_expiring("a", qos2, seconds(10)),
      expect({"PUBLISH 1 qos2 a expiry 10"}),
      reply(pubrec(1, 0x10)),
      cut(),
      later(seconds(20)),
      reconnected(),
      told({"connack present"}),
      expect({"PUBREL 1"}),
      reply(pubcomp(1, 0x92)),  // it had completed the message, and its PUBCOMP was lost
      told({"accepted a 0x10"}),
  });
}

TEST(RedeliveryTest, RefusesWhatTheLimitsOfTheNewConnectionForbid) {
  const auto retained = [](ScriptedBroker& it) {
    Outgoing& outgoing = it.message("c", qos1);
    outgoing.message.retain = true;
    it.protocol().publish(outgoing, it.now());
  };
  play({
      connected(),
      publish("a", qos1, 200),
      publish("b", qos2),
      seen(retained),
      publish("d", qos1),
      expect({"PUBLISH 1 qos1 200 bytes", "PUBLISH 2 qos2 b", "PUBLISH 3 qos1 c", "PUBLISH 4 qos1 d"}),
      cut(),
      reconnected(Version::v5, connack_with(
                                   [](Properties& it) {
                                     it.maximum_qos = std::uint8_t{1};
                                     it.retain_available = std::uint8_t{0};
                                     it.maximum_packet_size = 100U;
                                   },
                                   true)),
      told({"refused a 0x95", "refused b 0x9B", "refused c 0x9A", "connack present"}),
      expect({"PUBLISH 4 qos1 dup d"}),
      reply(puback(4)),
      told({"accepted d"}),
  });
}

TEST(RedeliveryTest, EncodesNoMoreThanTheSocketWillTakeSoon) {
  constexpr std::size_t size = 40000;
  std::vector<Step> steps{connected()};
  for (int i = 1; i <= 20; ++i) {
    const std::string name = std::to_string(i);
    steps.push_back(publish(name, qos1, size));
    steps.push_back(expect({"PUBLISH " + name + " qos1 40000 bytes"}));
  }
  steps.push_back(cut());
  steps.push_back(reconnected());
  steps.push_back(told({"connack present"}));
  steps.push_back(takes_no(qos0));
  steps.push_back(seen([](ScriptedBroker& it) {
    std::size_t waiting = 0;
    for (const std::string_view part : it.protocol().output()) waiting += part.size();
    EXPECT_LT(waiting, ClientProtocol::most_pending + size + 100);
  }));
  Words again;
  for (int i = 1; i <= 20; ++i) again.push_back("PUBLISH " + std::to_string(i) + " qos1 dup 40000 bytes");
  steps.push_back(expect(again));
  steps.push_back(cut());
  steps.push_back(does([](ClientProtocol& it, TimePoint) { it.start_anew(); }));
  Words ends;
  for (int i = 1; i <= 20; ++i) ends.push_back("interrupted " + std::to_string(i));
  steps.push_back(told(ends));
  play(steps);
}

TEST(RedeliveryTest, SendsAgainWhatWasLostWhileItWasSentAgain) {
  play({
      connected(),
      publish("a", qos1),
      publish("b", qos1),
      expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos1 b"}),
      cut(),
      reconnected(),
      told({"connack present"}),
      write(4),
      cut(),
      told({}),
      reconnected(),
      told({"connack present"}),
      expect({"PUBLISH 1 qos1 dup a", "PUBLISH 2 qos1 dup b"}),
      reply({puback(1), puback(2)}),
      told({"accepted a", "accepted b"}),
  });
}

TEST(RedeliveryTest, InterruptsInOrderWhatTheBrokerNoLongerKnows) {
  play({
      connected(),
      publish("a", qos2),
      publish("b", qos1),
      publish("c", qos2),
      expect({"PUBLISH 1 qos2 a", "PUBLISH 2 qos1 b", "PUBLISH 3 qos2 c"}),
      reply(pubrec(1)),
      cut(),
      reconnected(Version::v5, connack()),
      told({"interrupted a", "interrupted b", "interrupted c", "connack"}),
      expect({}),
      takes(qos1),
  });
}

TEST(RedeliveryTest, RepeatsNothingOnALivingConnection) {
  play({
      connected(),
      publish("a", qos1),
      publish("b", qos1),
      expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos1 b"}),
      reply(puback(2)),
      told({"accepted b"}),
      later(seconds(3600)),
      on_time(),
      told({"unanswered a"}),
      expect({"PINGREQ"}),
      reply({Pingresp{}, puback(1)}),
      told({"accepted a"}),
  });
}

TEST(RedeliveryTest, TakesAPubrecThatTheBrokerRepeatsBeforeItReadsTheMessageAgain) {
  play({
      connected(),
      publish("a", qos2),
      expect({"PUBLISH 1 qos2 a"}),
      cut(),
      open(),
      expect({"CONNECT 5 kept"}),
      reply({session_present(), pubrec(1)}),
      told({"connack present"}),
      expect({"PUBLISH 1 qos2 dup a", "PUBREL 1"}),
      reply({pubrec(1), pubcomp(1)}),
      told({"accepted a"}),
      reply(pubcomp(1, 0x92)),
      told({}),
  });
}

TEST(RedeliveryTest, TakesNoAcknowledgementOfWhatWasNotSentAgainYet) {
  play({
      connected(),
      publish("a", qos1),
      publish("b", qos1),
      expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos1 b"}),
      cut(),
      reconnected(Version::v5, window_of(1, true)),
      told({"connack present"}),
      expect({"PUBLISH 1 qos1 dup a"}),
      reply(puback(2)),
      told({"fault 0x82"}),
      expect({"DISCONNECT 0x82"}),
      cut(),
      does([](ClientProtocol& it, TimePoint) { it.start_anew(); }),
      told({"interrupted a", "interrupted b"}),
  });
}

TEST(RedeliveryTest, LetsNothingOvertakeItFromWithinAnEvent) {
  play({
      connected(),
      publish("a", qos1),
      publish("b", qos1),
      expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos1 b"}),
      cut(),
      reconnected(Version::v5, window_of(1, true)),
      told({"connack present"}),
      seen([](ScriptedBroker& it) {
        it.events().during_pong = [&it] { EXPECT_FALSE(it.protocol().takes(qos1)); };
        it.protocol().ping();
      }),
      expect({"PUBLISH 1 qos1 dup a", "PINGREQ"}),
      reply({puback(1), Pingresp{}}),
      told({"accepted a", "pong"}),
      expect({"PUBLISH 2 qos1 dup b"}),
      reply(puback(2)),
      told({"accepted b"}),
  });
}

}  // namespace
}  // namespace bridge::mqtt
