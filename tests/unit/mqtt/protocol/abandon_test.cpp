#include "scripted_broker.h"

namespace bridge::mqtt {
namespace {

TEST(AbandonTest, TellsNoEndAndKeepsTheIdentifierUntilItIsAcknowledged) {
  play({
      connected(),
      publish("a", qos1),
      publish("b", qos2),
      expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos2 b"}),
      abandon("a"),
      abandon("b"),
      reply({puback(1), pubrec(2)}),
      expect({"PUBREL 2"}),
      reply(pubcomp(2)),
      told({}),
      seen([](ScriptedBroker& it) { EXPECT_EQ(it.protocol().in_flight(), 0u); }),
      cut(),
      reconnected(),
      told({"connack present"}),
  });
}

TEST(AbandonTest, ResumesNoSessionThatHasSuchAMessage) {
  play({
      connected(),
      publish("a", qos1),
      publish("b", qos1),
      expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos1 b"}),
      abandon("a"),
      cut(),
      told({}),
      open(),
      expect({"CONNECT 5 clean"}),
      reply(connack()),
      told({"interrupted b", "connack"}),
      expect({}),
      cut(),
      reconnected(),
      told({"connack present"}),
  });
}

TEST(AbandonTest, WorksWithoutAConnection) {
  play({
      connected(),
      publish("a", qos2),
      expect({"PUBLISH 1 qos2 a"}),
      cut(),
      abandon("a"),
      open(),
      expect({"CONNECT 5 clean"}),
      reply(connack()),
      told({"connack"}),
  });
}

TEST(AbandonTest, WritesTheRestOfALargeMessageFromACopy) {
  play({
      connected(),
      publish("a", qos1, 9000),
      publish("b", qos0, 9000),
      write(5000),
      abandon("a"),
      abandon("b"),
      expect({"PUBLISH 1 qos1 9000 bytes", "PUBLISH qos0 9000 bytes"}),
      reply(puback(1)),
      told({}),
  });
}

TEST(AbandonTest, TellsNothingAtTheEndOfTheConnectionEither) {
  play({
      connected(),
      publish("a", qos1),
      publish("b", qos0),
      abandon("a"),
      abandon("b"),
      cut(),
      told({}),
      reconnected(),
      told({"connack present"}),
      seen([](ScriptedBroker& it) { EXPECT_EQ(it.protocol().in_flight(), 0u); }),
  });
}

TEST(AbandonTest, SendsNothingAgainThatWaitsForIt) {
  play({
      connected(),
      publish("a", qos1),
      publish("b", qos1),
      publish("c", qos2),
      expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos1 b", "PUBLISH 3 qos2 c"}),
      cut(),
      reconnected(Version::v5, window_of(1, true)),
      told({"connack present"}),
      expect({"PUBLISH 1 qos1 dup a"}),
      abandon("b"),
      abandon("c"),
      reply(puback(1)),
      told({"accepted a"}),
      expect({"PUBREL 3"}),
      reply(pubcomp(3)),
      told({}),
      seen([](ScriptedBroker& it) { EXPECT_EQ(it.protocol().in_flight(), 0u); }),
  });
}

TEST(AbandonTest, DoesNothingToAMessageThatHasEndedAndWhoseIdentifierIsInUse) {
  ScriptedBroker broker(client_settings());
  for (const Step& step : {connected()}) step.act(broker);
  Outgoing ended;
  ended.message.topic_name = "t/ended";
  ended.in_session = 1;
  broker.protocol().publish(broker.message("a", qos1), broker.now());
  broker.protocol().abandon(ended);
  broker.drain();
  reply(puback(1)).act(broker);
  EXPECT_EQ(broker.events().take(), Words{"accepted a"});
}

TEST(AbandonTest, TellsNothingOfItAsUnanswered) {
  play({
      connected(),
      publish("a", qos1),
      publish("b", qos1),
      expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos1 b"}),
      abandon("a"),
      reply(puback(2)),
      told({"accepted b"}),
      later(std::chrono::seconds(15)),
      on_time(),
      told({}),
  });
}

}  // namespace
}  // namespace bridge::mqtt
