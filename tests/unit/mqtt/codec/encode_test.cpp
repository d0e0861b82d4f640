#include <gtest/gtest.h>

#include "codec_bytes.h"

namespace bridge::mqtt {
namespace {

TEST(EncodeTest, LeavesOutWhatNeedNotBeSaid) {
  Acknowledgement acknowledgement{PacketType::pubrel, 0x1234, 0, {}};
  EXPECT_EQ(encoded(acknowledgement, Version::v5), bytes("62 02 12 34"));
  acknowledgement.reason_code = 0x92;
  EXPECT_EQ(encoded(acknowledgement, Version::v5), bytes("62 03 12 34 92"));
  acknowledgement.properties.reason_string = "r";
  EXPECT_EQ(encoded(acknowledgement, Version::v5), bytes("62 08 12 34 92 04 1F 00 01 'r'"));

  EXPECT_EQ(encoded(Disconnect{}, Version::v5), bytes("E0 00"));
  EXPECT_EQ(encoded(Disconnect{0x04, {}}, Version::v5), bytes("E0 01 04"));
  EXPECT_EQ(encoded(Auth{}, Version::v5), bytes("F0 00"));
  EXPECT_EQ(encoded(Pingreq{}, Version::v5), bytes("C0 00"));
  EXPECT_EQ(encoded(Pingresp{}, Version::v5), bytes("D0 00"));
}

TEST(EncodeTest, SaysNothingOfMqtt5In311) {
  Properties properties;
  properties.session_expiry_interval = 1;
  properties.reason_string = "r";
  properties.user_properties = {{"n", "v"}};
  Connect connect;
  connect.properties = properties;
  connect.client_identifier = "c";
  connect.will.emplace();
  connect.will->topic_name = "w";
  connect.will->properties.will_delay_interval = 1;
  EXPECT_EQ(encoded(connect, Version::v3_1_1),
            bytes("10 12 00 04 'MQTT' 04 04 00 00 00 01 'c' 00 01 'w' 00 00"));
  EXPECT_EQ(encoded(Connack{false, 5, properties}, Version::v3_1_1), bytes("20 02 00 05"));
  EXPECT_EQ(encoded(Acknowledgement{PacketType::puback, 1, 0x87, properties}, Version::v3_1_1),
            bytes("40 02 00 01"));
  EXPECT_EQ(encoded(Subscribe{1, properties, {{"#", QoS::at_least_once, true, true, 2}}}, Version::v3_1_1),
            bytes("82 06 00 01 00 01 '#' 01"));
  EXPECT_EQ(encoded(Unsuback{1, properties, {0x11}}, Version::v3_1_1), bytes("B0 02 00 01"));
  EXPECT_EQ(encoded(Disconnect{0x8E, properties}, Version::v3_1_1), bytes("E0 00"));
  EXPECT_THROW(encoded(Auth{}, Version::v3_1_1), std::invalid_argument);
}

TEST(EncodeTest, LeavesOutPropertiesThatThePacketMayNotHave) {
  Properties properties;
  properties.receive_maximum = 1;
  properties.topic_alias = 1;
  EXPECT_EQ(encoded(Connack{false, 0, properties}, Version::v5), bytes("20 06 00 00 03 21 00 01"));
  EXPECT_EQ(encoded(Acknowledgement{PacketType::puback, 1, 0, properties}, Version::v5),
            bytes("40 02 00 01"));
  EXPECT_EQ(encoded(Disconnect{0, properties}, Version::v5), bytes("E0 00"));
}

TEST(EncodeTest, AppendsToWhatIsThere) {
  std::string out = "before";
  encode(out, Pingreq{}, Version::v5);
  EXPECT_EQ(out, "before" + bytes("C0 00"));
}

TEST(EncodeTest, WritesNothingOfWhatIsTooLong) {
  const std::string longest(65'535, 'a');
  const std::string too_long(65'536, 'a');
  std::string out = "before";
  Publish publish;
  publish.topic_name = longest;
  EXPECT_EQ(encoded(publish, Version::v5).size(), 1 + 3 + 2 + 65'535 + 1);
  publish.topic_name = too_long;
  EXPECT_THROW(encode(out, publish, Version::v5), std::length_error);

  publish.topic_name = "t";
  publish.properties.correlation_data = too_long;
  EXPECT_THROW(encode(out, publish, Version::v5), std::length_error);

  publish.properties = {};
  const std::string payload(268'435'455 - 3 + 1, 'p');
  publish.payload = payload;
  EXPECT_THROW(encode(out, publish, Version::v3_1_1), std::length_error);
  EXPECT_EQ(out, "before");
}

TEST(EncodeTest, SetsTheFlagsOfTheFixedHeader) {
  Publish publish;
  publish.topic_name = "t";
  publish.qos = QoS::at_least_once;
  publish.packet_identifier = 1;
  publish.dup = true;
  EXPECT_EQ(encoded(publish, Version::v3_1_1), bytes("3A 05 00 01 't' 00 01"));
  publish.retain = true;
  publish.dup = false;
  publish.qos = QoS::exactly_once;
  EXPECT_EQ(encoded(publish, Version::v3_1_1), bytes("35 05 00 01 't' 00 01"));
  EXPECT_EQ(encoded(Unsubscribe{1, {}, {"t"}}, Version::v3_1_1), bytes("A2 05 00 01 00 01 't'"));
}

TEST(EncodeAcknowledgementTest, WritesWhatEncodeWrites) {
  using enum PacketType;
  for (const PacketType type : {puback, pubrec, pubrel, pubcomp})
    for (const Version version : both_versions)
      for (const std::uint8_t code : std::initializer_list<std::uint8_t>{0x00, 0x92}) {
        std::string out = "before";
        encode_acknowledgement(out, type, 0xFE01, code, version);
        EXPECT_EQ(out, "before" + encoded(Acknowledgement{type, 0xFE01, code, {}}, version));
      }
}

}  // namespace
}  // namespace bridge::mqtt
