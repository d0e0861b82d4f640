#include "scripted_broker.h"

namespace bridge::mqtt {
namespace {

TEST(InboundTest, AcknowledgesByTheQos) {
  for (const Version version : {Version::v3_1_1, Version::v5})
    play({
        connected(version),
        reply({arriving("t", "a"), arriving("t", "b", qos1, 7), arriving("t", "c", qos2, 8)}),
        told({"message t a", "message t b", "message t c"}),
        expect({"PUBACK 7", "PUBREC 8"}),
        reply(pubrel(8)),
        expect({"PUBCOMP 8"}),
    });
}

TEST(InboundTest, TellsAQos2MessageOnceOverReconnections) {
  play({
      connected(),
      reply(arriving("t", "a", qos2, 8)),
      told({"message t a"}),
      cut(),
      reconnected(),
      told({"connack present"}),
      reply(arriving("t", "a", qos2, 8, true)),
      told({}),
      expect({"PUBREC 8"}),
      reply(pubrel(8)),
      cut(),
      reconnected(),
      told({"connack present"}),
      reply(pubrel(8)),
      expect({"PUBCOMP 8 0x92"}),
      reply(arriving("t", "b", qos2, 8)),
      told({"message t b"}),
      expect({"PUBREC 8"}),
  });
}

TEST(InboundTest, ForgetsWithTheSession) {
  play({
      connected(),
      reply(arriving("t", "a", qos2, 8)),
      told({"message t a"}),
      expect({"PUBREC 8"}),
      cut(),
      reconnected(Version::v5, connack()),
      told({"connack"}),
      reply(arriving("t", "b", qos2, 8)),
      told({"message t b"}),
      expect({"PUBREC 8"}),
  });
}

TEST(InboundTest, CompletesWhatItDoesNotKnow) {
  play({
      connected(),
      reply(pubrel(8)),
      expect({"PUBCOMP 8 0x92"}),
      cut(),
      reconnected(Version::v3_1_1),
      told({"connack present"}),
      reply(pubrel(8)),
      expect({"PUBCOMP 8"}),
  });
}

TEST(InboundTest, AcknowledgesButDoesNotTellTextsThatAreNotAllowed) {
  play({
      connected(),
      reply({arriving("a/+", "x", qos1, 1), arriving("", "x", qos2, 2), arriving("\xFF", "x")}),
      told({}),
      expect({"PUBACK 1", "PUBREC 2"}),
      reply(pubrel(2)),
      expect({"PUBCOMP 2"}),
  });
}

TEST(InboundTest, KeepsItsIdentifiersApartFromOurs) {
  play({
      connected(),
      publish("a", qos2),
      expect({"PUBLISH 1 qos2 a"}),
      reply({arriving("t", "b", qos2, 1), pubrec(1), pubrel(1), pubcomp(1, 0x92)}),
      told({"message t b", "fault 0x82"}),
      cut(),
      does([](ClientProtocol& it, TimePoint) { it.start_anew(); }),
      told({"interrupted a"}),
  });
  play({
      connected(),
      publish("a", qos2),
      expect({"PUBLISH 1 qos2 a"}),
      reply({arriving("t", "b", qos2, 1), pubrec(1), pubrel(1)}),
      told({"message t b"}),
      expect({"PUBREC 1", "PUBREL 1", "PUBCOMP 1"}),
      reply(pubcomp(1)),
      told({"accepted a"}),
  });
}

}  // namespace
}  // namespace bridge::mqtt
