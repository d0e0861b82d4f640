#include "scripted_broker.h"

namespace bridge::mqtt {
namespace {

TEST(EndOfConnectionTest, TellsWhatWasNotBegunAsUnsentWhateverItsQos) {
  play({
      connected(),
      publish("a", qos0),
      publish("b", qos1),
      publish("c", qos2),
      cut(),
      told({"unsent a", "unsent b", "unsent c"}),
      reconnected(),
      told({"connack present"}),
      expect({}),
  });
}

TEST(EndOfConnectionTest, InterruptsAQos0MessageThatWasBegun) {
  play({
      connected(),
      publish("a", qos0),
      publish("b", qos0),
      publish("c", qos1),
      write(1),
      cut(),
      told({"interrupted a", "unsent b", "unsent c"}),
  });
}

TEST(EndOfConnectionTest, KeepsInFlightWhatWasBegunWithQos1And2) {
  for (const QoS qos : {qos1, qos2}) {
    const std::string words = "PUBLISH 1 qos" + std::to_string(static_cast<int>(qos)) + " dup 9000 bytes";
    play({
        connected(),
        publish("a", qos, 9000),
        publish("b", qos),
        write(1),
        cut(),
        told({"unsent b"}),
        reconnected(),
        told({"connack present"}),
        expect({words}),
        reply(qos == qos1 ? puback(1) : pubrec(1, 0x80)),
        told({qos == qos1 ? "accepted a" : "refused a 0x80"}),
    });
  }
}

TEST(EndOfConnectionTest, FreesTheIdentifiersOfWhatWasNotBegun) {
  std::vector<Step> steps{connected(Version::v5, window_of(2))};
  for (int i = 0; i < 100; ++i) {
    steps.push_back(publish("a", qos1));
    steps.push_back(publish("b", qos2));
    steps.push_back(takes_no(qos1));
    steps.push_back(cut());
    steps.push_back(told({"unsent a", "unsent b"}));
    steps.push_back(reconnected(Version::v5, window_of(2, true)));
    steps.push_back(told({"connack present"}));
    steps.push_back(seen([](ScriptedBroker& it) { EXPECT_EQ(it.protocol().in_flight(), 0u); }));
  }
  play(steps);
}

TEST(EndOfConnectionTest, LeavesNothingOfTheOutputForTheNextConnection) {
  play({
      connected(),
      publish("a", qos0, 9000),
      does([](ClientProtocol& it, TimePoint) { it.ping(); }),
      write(1),
      cut(),
      told({"interrupted a"}),
      expect({}),
      reconnected(),
      told({"connack present"}),
      reply(Pingresp{}),
      told({}),
  });
}

TEST(EndOfConnectionTest, DropsThePieceOfAPacketThatHadCome) {
  play({
      connected(),
      publish("a", qos1),
      expect({"PUBLISH 1 qos1 a"}),
      reply_bytes("\x40\x02"),
      cut(),
      reconnected(),
      told({"connack present"}),
      expect({"PUBLISH 1 qos1 dup a"}),
      reply(puback(1)),
      told({"accepted a"}),
  });
}

TEST(EndOfConnectionTest, TellsTheBrokersDisconnectAndReadsNoFurther) {
  Disconnect disconnect{0x8B, {}};
  disconnect.properties.reason_string = "shutting down";
  play({
      connected(),
      publish("a", qos1),
      publish("b", qos1),
      expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos1 b"}),
      publish("c", qos1),
      reply({puback(1), disconnect, puback(2)}),
      told({"accepted a", "disconnect 0x8B shutting down"}),
      takes_no(qos0),
      expect({}),
      cut(),
      told({"unsent c"}),
      does([](ClientProtocol& it, TimePoint) { it.start_anew(); }),
      told({"interrupted b"}),
  });
}

TEST(EndOfConnectionTest, TakesNothingAfterOurDisconnectButFollowsTheAcknowledgements) {
  for (const Version version : {Version::v3_1_1, Version::v5})
    play({
        connected(version),
        publish("a", qos1),
        publish("b", qos0),
        does([](ClientProtocol& it, TimePoint) { it.disconnect(0); }),
        takes_no(qos0),
        takes_no(qos1),
        expect({"PUBLISH 1 qos1 a", "PUBLISH qos0 b", "DISCONNECT"}),
        told({"accepted b"}),
        reply({arriving("t", "late", qos1, 9), puback(1)}),
        told({"message t late", "accepted a"}),
        expect({}),
        cut(),
    });
}

TEST(EndOfConnectionTest, TellsAsUnsentWhatIsHandedOverTooLate) {
  play({
      connected(),
      reply(puback(9)),
      told({"fault 0x82"}),
      seen([](ScriptedBroker& it) {
        it.protocol().publish(it.message("a", qos0), it.now());
        it.protocol().publish(it.message("b", qos1), it.now());
        it.protocol().ping();
      }),
      expect({"DISCONNECT 0x82"}),
      told({"unsent a", "unsent b"}),
      cut(),
  });
}

}  // namespace
}  // namespace bridge::mqtt
