#include <gtest/gtest.h>

#include "codec_bytes.h"

namespace bridge::mqtt {
namespace {

/// A CONNECT with this level and these flags, and `rest` behind Keep Alive.
std::string connect(const char* level_and_flags, const char* rest) {
  return packet_of(0x10, bytes("00 04 'MQTT'") + bytes(level_and_flags) + bytes("00 0A") + bytes(rest));
}

/// MQTT 5.0, Figure 3-6: user name, password, Will with retain and QoS 1, Clean Start, Keep Alive 10, Session
/// Expiry Interval 10.
TEST(DecodeConnectTest, ReadsTheVariableHeaderOfFigure36) {
  const std::string whole = bytes(
      "10 2D 00 04 'MQTT' 05 EE 00 0A 05 11 00 00 00 0A "
      "00 02 'id' 05 18 00 00 00 07 00 03 'w/t' 00 02 'pl' 00 04 'user' 00 02 00 FF");
  Connect expected;
  expected.clean_start = true;
  expected.keep_alive = 10;
  expected.properties.session_expiry_interval = 10;
  expected.client_identifier = "id";
  expected.will.emplace();
  expected.will->qos = QoS::at_least_once;
  expected.will->retain = true;
  expected.will->properties.will_delay_interval = 7;
  expected.will->topic_name = "w/t";
  expected.will->payload = "pl";
  expected.user_name = "user";
  expected.password = std::string_view("\0\xFF", 2);
  EXPECT_EQ(decoded_as<Connect>(whole, Version::v5), expected);
  EXPECT_EQ(encoded(expected, Version::v5), whole);
}

TEST(DecodeConnectTest, ReadsThePacketByTheVersionThatItNames) {
  const std::string whole = bytes("10 0E 00 04 'MQTT' 04 02 00 3C 00 02 'id'");
  const auto packet = decoded_as<Connect>(whole, Version::v5);
  EXPECT_EQ(packet.version, Version::v3_1_1);
  EXPECT_EQ(packet.client_identifier, "id");
  EXPECT_EQ(packet.keep_alive, 60);
}

TEST(DecodeConnectTest, RefusesOtherVersionsAndNamesBy0x84) {
  EXPECT_EQ(fault_of(connect("06 02", "00 00 00"), Version::v5), 0x84);
  EXPECT_EQ(fault_of(connect("03 02", "00 00"), Version::v5), 0x84);
  EXPECT_EQ(fault_of(bytes("10 0E 00 06 'MQIsdp' 03 02 00 3C 00 00"), Version::v5), 0x84);
  EXPECT_EQ(fault_of(bytes("10 0C 00 04 'mqtt' 04 02 00 3C 00 00"), Version::v5), 0x84);
}

TEST(DecodeConnectTest, RefusesFlagsThatContradictEachOther) {
  EXPECT_EQ(fault_of(connect("05 02", "00 00 00"), Version::v5), 0);
  EXPECT_EQ(fault_of(connect("05 03", "00 00 00"), Version::v5), 0x81) << "reserved";
  EXPECT_EQ(fault_of(connect("05 0A", "00 00 00"), Version::v5), 0x81) << "Will QoS without a Will";
  EXPECT_EQ(fault_of(connect("05 22", "00 00 00"), Version::v5), 0x81) << "Will Retain without a Will";
  EXPECT_EQ(fault_of(connect("05 1E", "00 00 00 00 00 01 't' 00 00"), Version::v5), 0x81) << "Will QoS 3";
}

TEST(DecodeConnectTest, AllowsAPasswordAloneOnlyInMqtt5) {
  EXPECT_EQ(fault_of(connect("05 42", "00 00 00 00 01 'p'"), Version::v5), 0);
  EXPECT_EQ(fault_of(connect("04 42", "00 00 00 01 'p'"), Version::v3_1_1), 0x81);
}

TEST(DecodeConnectTest, RefusesAWillTopicThatIsNoTopicName) {
  EXPECT_EQ(fault_of(connect("05 06", "00 00 00 00 00 01 't' 00 00"), Version::v5), 0);
  EXPECT_EQ(fault_of(connect("05 06", "00 00 00 00 00 01 '#' 00 00"), Version::v5), 0x82);
  EXPECT_EQ(fault_of(connect("05 06", "00 00 00 00 00 00 00 00"), Version::v5), 0x82);
  EXPECT_EQ(fault_of(connect("05 06", "00 00 00 00 00 01 FF 00 00"), Version::v5), 0x81);
}

TEST(DecodeConnectTest, RefusesAuthenticationDataWithoutAMethod) {
  EXPECT_EQ(fault_of(connect("05 02", "08 15 00 01 'm' 16 00 01 'd' 00 00"), Version::v5), 0);
  EXPECT_EQ(fault_of(connect("05 02", "04 16 00 01 'd' 00 00"), Version::v5), 0x82);
}

TEST(DecodeConnectTest, RefusesFieldsThatTheFlagsDoNotAnnounce) {
  EXPECT_EQ(fault_of(connect("05 02", "00 00 00 00 01 'u'"), Version::v5), 0x81);
  EXPECT_EQ(fault_of(connect("05 82", "00 00 00"), Version::v5), 0x81);
}

}  // namespace
}  // namespace bridge::mqtt
