#include "scripted_broker.h"

namespace bridge::mqtt {
namespace {

using std::chrono::seconds;

/// The first CONNECT of a client with these settings.
Connect connect_of(const ConnectSettings& settings, Version version, std::string& bytes) {
  RecordedEvents events;
  ClientProtocol protocol(settings, events);
  protocol.open(version);
  for (const std::string_view part : protocol.output()) bytes.append(part);
  return std::get<Connect>(decode(*read_frame(bytes, bytes.size()), bytes, version));
}

TEST(HandshakeTest, SaysAllThatIsSet) {
  ConnectSettings settings = client_settings();
  settings.user_name = "user";
  settings.password = "secret";
  settings.keep_alive = seconds(7);
  settings.session_expiry = seconds(99);
  settings.receive_maximum = 12;
  settings.maximum_packet_size = 5000;
  settings.will = Message{"status", "offline", QoS::at_least_once, true, {}};
  settings.will->properties.content_type = "text/plain";
  std::string bytes;
  const Connect connect = connect_of(settings, Version::v5, bytes);
  EXPECT_EQ(connect.client_identifier, "client");
  EXPECT_EQ(connect.user_name, "user");
  EXPECT_EQ(connect.password, "secret");
  EXPECT_EQ(connect.keep_alive, 7);
  EXPECT_TRUE(connect.clean_start);
  EXPECT_EQ(connect.properties.session_expiry_interval, 99U);
  EXPECT_EQ(connect.properties.receive_maximum, 12);
  EXPECT_EQ(connect.properties.maximum_packet_size, 5000U);
  EXPECT_EQ(connect.properties.topic_alias_maximum, std::nullopt);
  EXPECT_EQ(connect.properties.request_problem_information, std::nullopt)
      << "1 unless it is said (3.1.2.11.7)";
  ASSERT_TRUE(connect.will);
  EXPECT_EQ(connect.will->topic_name, "status");
  EXPECT_EQ(connect.will->payload, "offline");
  EXPECT_EQ(connect.will->qos, QoS::at_least_once);
  EXPECT_TRUE(connect.will->retain);
  EXPECT_EQ(connect.will->properties.content_type, "text/plain");
}

TEST(HandshakeTest, SendsAPasswordAloneOnlyWithMqtt5) {
  ConnectSettings settings = client_settings();
  settings.password = "secret";
  std::string bytes_5;
  EXPECT_EQ(connect_of(settings, Version::v5, bytes_5).user_name, std::nullopt);
  std::string bytes_3;
  EXPECT_EQ(connect_of(settings, Version::v3_1_1, bytes_3).user_name, "");
}

TEST(HandshakeTest, CutsTimesThatDoNotFit) {
  ConnectSettings settings = client_settings();
  settings.keep_alive = seconds(100000);
  settings.session_expiry = seconds(10'000'000'000);
  std::string bytes;
  const Connect connect = connect_of(settings, Version::v5, bytes);
  EXPECT_EQ(connect.keep_alive, 65535);
  EXPECT_EQ(connect.properties.session_expiry_interval, 4294967295U);
}

TEST(HandshakeTest, AsksForTheSessionOnceThereIsOne) {
  for (const Version version : {Version::v3_1_1, Version::v5})
    play({
        connected(version),
        cut(),
        reconnected(version, connack()),
        told({"connack"}),
        cut(),
        reconnected(version),
        told({"connack present"}),
    });
}

TEST(HandshakeTest, KeepsNoSessionThatEndsWithItsConnection) {
  ConnectSettings settings = client_settings();
  settings.session_expiry = seconds(0);
  play(
      {
          connected(),
          publish("a", qos1),
          expect({"PUBLISH 1 qos1 a"}),
          cut(),
          told({}),
          open(),
          expect({"CONNECT 5 clean"}),
          reply(connack()),
          told({"interrupted a", "connack"}),
      },
      settings);
}

TEST(HandshakeTest, StartsAnewWhenTold) {
  play({
      connected(),
      publish("a", qos1),
      publish("b", qos2),
      expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos2 b"}),
      cut(),
      does([](ClientProtocol& it, TimePoint) { it.start_anew(); }),
      told({"interrupted a", "interrupted b"}),
      connected(),
      cut(),
      reconnected(),
      told({"connack present"}),
  });
}

TEST(HandshakeTest, TellsWhatTheConnackSays) {
  const auto change = [](Properties& it) {
    it.session_expiry_interval = 10U;
    it.receive_maximum = std::uint16_t{20};
    it.maximum_qos = std::uint8_t{1};
    it.retain_available = std::uint8_t{0};
    it.maximum_packet_size = 2000U;
    it.assigned_client_identifier = "assigned";
    it.reason_string = "welcome";
    it.wildcard_subscription_available = std::uint8_t{0};
    it.shared_subscription_available = std::uint8_t{0};
    it.server_keep_alive = std::uint16_t{5};
    it.server_reference = "other";
  };
  play({
      connected(Version::v5, connack_with(change)),
      seen([](ScriptedBroker& it) {
        const ConnackReceived& connack = it.events().connack();
        EXPECT_EQ(connack.limits.protocol_version, 5);
        EXPECT_EQ(connack.limits.receive_maximum, 20);
        EXPECT_EQ(connack.limits.maximum_qos, QoS::at_least_once);
        EXPECT_FALSE(connack.limits.retain_available);
        EXPECT_EQ(connack.limits.maximum_packet_size, 2000U);
        EXPECT_FALSE(connack.limits.wildcard_available);
        EXPECT_FALSE(connack.limits.shared_available);
        EXPECT_EQ(connack.session_expiry, seconds(10));
        EXPECT_EQ(connack.keep_alive, seconds(5));
        EXPECT_EQ(connack.assigned_client_identifier, "assigned");
        EXPECT_EQ(connack.reason_string, "welcome");
        EXPECT_EQ(connack.server_reference, "other");
        EXPECT_TRUE(it.protocol().is_connected());
      }),
      cut(),
      open(),
      seen([](ScriptedBroker& it) {
        std::string bytes;
        for (const std::string_view part : it.protocol().output()) bytes.append(part);
        EXPECT_NE(bytes.find("assigned"), std::string::npos) << "it is used from then on";
        EXPECT_FALSE(it.protocol().is_connected());
      }),
      expect({"CONNECT 5 kept"}),
  });
}

TEST(HandshakeTest, HoldsTheDefaultsWhereTheConnackIsSilent) {
  play({
      connected(),
      seen([](ScriptedBroker& it) {
        const ConnackReceived& connack = it.events().connack();
        EXPECT_EQ(connack.limits.receive_maximum, 65535);
        EXPECT_EQ(connack.limits.maximum_qos, QoS::exactly_once);
        EXPECT_TRUE(connack.limits.retain_available);
        EXPECT_EQ(connack.keep_alive, seconds(60));
        EXPECT_EQ(connack.session_expiry, seconds(300));
      }),
      cut(),
      open(Version::v3_1_1),
      expect({"CONNECT 3.1.1 kept"}),
      reply(connack()),
      told({"connack"}),
      seen([](ScriptedBroker& it) { EXPECT_EQ(it.events().connack().limits.protocol_version, 4); }),
  });
}

TEST(HandshakeTest, TellsARefusalAndReadsNoFurther) {
  play({
      open(),
      expect({"CONNECT 5 clean"}),
      reply({Connack{false, 0x87, {}}, Connack{}, puback(1)}),
      told({"connack 0x87"}),
      takes_no(qos0),
      seen([](ScriptedBroker& it) { EXPECT_FALSE(it.protocol().is_connected()); }),
      cut(),
      open(Version::v3_1_1),
      expect({"CONNECT 3.1.1 clean"}),
      reply(Connack{false, 5, {}}),
      told({"connack 0x05"}),
  });
}

TEST(HandshakeTest, KeepsWhatIsInFlightOverARefusal) {
  play({
      connected(),
      publish("a", qos1),
      expect({"PUBLISH 1 qos1 a"}),
      cut(),
      open(),
      expect({"CONNECT 5 kept"}),
      reply(Connack{false, 0x88, {}}),
      told({"connack 0x88"}),
      cut(),
      reconnected(),
      told({"connack present"}),
      expect({"PUBLISH 1 qos1 dup a"}),
      reply(puback(1)),
      told({"accepted a"}),
  });
}

TEST(HandshakeTest, TakesA311AnswerToMqtt5AsARefusalOfTheVersion) {
  play({
      open(),
      expect({"CONNECT 5 clean"}),
      reply_bytes(std::string("\x20\x02\x00\x00", 4)),
      told({"connack 0x84"}),
  });
}

}  // namespace
}  // namespace bridge::mqtt
