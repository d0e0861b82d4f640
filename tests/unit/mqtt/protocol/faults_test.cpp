#include "scripted_broker.h"

namespace bridge::mqtt {
namespace {

/// Plays packets that a broker may not send to a client with these messages in flight: 1, of QoS 1, and 2,
/// of QoS 2, were written; 3 and 4, of QoS 2, were released; 5, of QoS 1, and 6, of QoS 2, were not written
/// to their end.
void expect_fault(std::vector<Packet> packets, int code = 0x82, Here at = Here::current()) {
  const testing::ScopedTrace line(at.file_name(), static_cast<int>(at.line()), "this fault");
  play({
      connected(),
      publish("1", qos1),
      publish("2", qos2),
      publish("3", qos2),
      publish("4", qos2),
      expect({"PUBLISH 1 qos1 1", "PUBLISH 2 qos2 2", "PUBLISH 3 qos2 3", "PUBLISH 4 qos2 4"}),
      reply({pubrec(3), pubrec(4)}),
      expect({"PUBREL 3", "PUBREL 4"}),
      publish("5", qos1, 8000),
      publish("6", qos2),
      write(5000),
      reply(packets),
      told({"fault" + PacketWords::code_of(code)}),
      takes_no(qos0),
      seen([](ScriptedBroker& it) {
        EXPECT_TRUE(it.protocol().output().empty()) << "in the midst of a packet";
      }),
      reply({puback(1), Disconnect{0x8B, {}}}),
      told({}),
      cut(),
      told({"unsent 6"}),
      does([](ClientProtocol& it, TimePoint) { it.start_anew(); }),
      told({"interrupted 1", "interrupted 2", "interrupted 3", "interrupted 4", "interrupted 5"}),
  });
}

TEST(FaultsTest, ConfirmAndFreeNothing) {
  expect_fault({puback(7)});
  expect_fault({puback(3)});
  expect_fault({puback(5)});
  expect_fault({pubrec(1)});
  expect_fault({pubrec(5)});
  expect_fault({pubrec(6)});
  expect_fault({pubrec(6, 0x87)});
  expect_fault({pubrec(3, 0x87)});
  expect_fault({pubrec(7, 0x87)});
  expect_fault({pubcomp(1)});
  expect_fault({pubcomp(2)});
  expect_fault({pubcomp(6)});
  expect_fault({pubcomp(7)});
  expect_fault({pubcomp(2, 0x92)});
  expect_fault({Suback{1, {}, {0}}});
  expect_fault({Unsuback{1, {}, {0}}});
  expect_fault({Connack{}});
  expect_fault({Connack{true, 0, {}}});
  expect_fault({Connect{}});
  expect_fault({Subscribe{1, {}, {SubscribeEntry{"a"}}}});
  expect_fault({Unsubscribe{1, {}, {"a"}}});
  expect_fault({Pingreq{}});
  expect_fault({Auth{}});
  Publish by_alias = arriving("t", "");
  by_alias.properties.topic_alias = std::uint16_t{1};
  expect_fault({by_alias}, 0x94);
}

TEST(FaultsTest, AreSaidInADisconnect) {
  play({
      connected(),
      publish("a", qos1),
      expect({"PUBLISH 1 qos1 a"}),
      publish("b", qos1),
      reply(puback(9)),
      told({"fault 0x82"}),
      expect({"DISCONNECT 0x82"}),
      cut(),
      told({"unsent b"}),
      reconnected(),
      told({"connack present"}),
      expect({"PUBLISH 1 qos1 dup a"}),
      reply(puback(1)),
      told({"accepted a"}),
  });
  play({
      connected(Version::v3_1_1),
      reply(puback(9)),
      told({"fault 0x82"}),
      expect({}),
  });
}

TEST(FaultsTest, LeaveWhatCameBeforeInTheSameRead) {
  play({
      connected(),
      publish("a", qos1),
      publish("b", qos1),
      expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos1 b"}),
      reply({puback(1), puback(1), puback(2)}),
      told({"accepted a", "fault 0x82"}),
      expect({"DISCONNECT 0x82"}),
      cut(),
      reconnected(),
      told({"connack present"}),
      expect({"PUBLISH 2 qos1 dup b"}),
      reply(puback(2)),
      told({"accepted b"}),
  });
}

TEST(FaultsTest, AreAllPacketsBeforeTheConnack) {
  const std::vector<Packet> packets{puback(1),         Pingresp{}, Auth{}, Disconnect{0x8B, {}},
                                    arriving("t", ""), pubrec(1)};
  for (const Packet& packet : packets)
    play({
        open(),
        expect({"CONNECT 5 clean"}),
        reply({packet, connack()}),
        told({"fault 0x82"}),
        expect({"DISCONNECT 0x82"}),
    });
}

TEST(FaultsTest, AreASessionThatWasNotAskedFor) {
  play({
      open(),
      expect({"CONNECT 5 clean"}),
      reply(session_present()),
      told({"fault 0x82"}),
      expect({"DISCONNECT 0x82"}),
      cut(),
      connected(),
      cut(),
      does([](ClientProtocol& it, TimePoint) { it.start_anew(); }),
      open(Version::v3_1_1),
      expect({"CONNECT 3.1.1 clean"}),
      reply(session_present()),
      told({"fault 0x82"}),
  });
}

TEST(FaultsTest, AreBytesThatAreNoPacket) {
  play({
      connected(),
      publish("a", qos1),
      expect({"PUBLISH 1 qos1 a"}),
      reply_bytes(std::string("\x40\x02\x00\x01\x00\x00", 6)),
      told({"accepted a", "fault 0x81"}),
      expect({"DISCONNECT 0x81"}),
  });
}

/// 0x84 is a Reason Code of CONNACK alone.
TEST(FaultsTest, AreConnectsOfWhateverVersion) {
  play({
      connected(),
      reply_bytes(std::string("\x10\x0C\x00\x04MQTT\x06\x02\x00\x00\x00\x00", 14)),
      told({"fault 0x82"}),
      expect({"DISCONNECT 0x82"}),
  });
}

TEST(FaultsTest, AreLargerPacketsThanWeTakeBeforeTheyHaveCome) {
  ConnectSettings settings = client_settings();
  settings.maximum_packet_size = 1000;
  const std::string payload(900, 'x');
  play(
      {
          connected(),
          reply(arriving("t", payload)),
          told({"message t 900 bytes"}),
          reply_bytes("\x30\xE8\x07"),
          told({"fault 0x95"}),
          expect({"DISCONNECT 0x95"}),
      },
      settings);
}

TEST(FaultsTest, AreMoreAnswersAskedForThanOurReceiveMaximumAllows) {
  for (const bool by_messages : {true, false}) {
    const auto flood = [by_messages](ScriptedBroker& it) {
      std::string packet;
      const Packet message = arriving("t", "", qos1, 1);
      encode(packet, by_messages ? message : pubrel(1), Version::v5);
      std::string bytes;
      for (int i = 0; i < 65535; ++i) bytes += packet;
      it.receive(bytes);
      it.events().take();
      EXPECT_EQ(it.events().fault_words, "");
      it.receive(packet);
    };
    play({
        connected(),
        seen(flood),
        told({by_messages ? "fault 0x93" : "fault 0x97"}),
        expect({"DISCONNECT" + PacketWords::code_of(by_messages ? 0x93 : 0x97)}),
    });
  }
}

TEST(FaultsTest, AreSaidInWords) {
  play({
      connected(),
      reply(puback(9)),
      told({"fault 0x82"}),
      seen([](ScriptedBroker& it) {
        EXPECT_EQ(it.events().fault_words, "PUBACK: acknowledges no message that was sent (4.3.2)");
      }),
      expect({"DISCONNECT 0x82"}),
  });
}

TEST(FaultsTest, AreNotSaidAfterOurOwnDisconnect) {
  play({
      connected(),
      does([](ClientProtocol& it, TimePoint) { it.disconnect(0x04); }),
      expect({"DISCONNECT 0x04"}),
      reply(puback(9)),
      told({"fault 0x82"}),
      expect({}),
  });
}

}  // namespace
}  // namespace bridge::mqtt
