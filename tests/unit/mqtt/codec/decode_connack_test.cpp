#include <gtest/gtest.h>

#include "codec_bytes.h"

namespace bridge::mqtt {
namespace {

TEST(DecodeConnackTest, ReadsWhatARabbitMqSays) {
  const std::string whole = bytes("20 13 01 00 10 11 00 01 51 80 22 00 10 24 01 27 0F FF FF FF 2A");
  EXPECT_EQ(fault_of(whole, Version::v5), 0x81) << "its last property has no value";

  const std::string mended = bytes("20 14 01 00 11 11 00 01 51 80 22 00 10 24 01 27 0F FF FF FF 2A 00");
  Connack expected;
  expected.session_present = true;
  expected.properties.session_expiry_interval = 86400;
  expected.properties.topic_alias_maximum = 16;
  expected.properties.maximum_qos = 1;
  expected.properties.maximum_packet_size = 268'435'455;
  expected.properties.shared_subscription_available = 0;
  EXPECT_EQ(decoded_as<Connack>(mended, Version::v5), expected);
  EXPECT_EQ(encoded(expected, Version::v5), mended);
}

TEST(DecodeConnackTest, ReadsEachReturnCodeOfMqtt311) {
  for (int code = 0; code <= 5; ++code) {
    const std::string whole = bytes("20 02 00") + static_cast<char>(code);
    EXPECT_EQ(decoded_as<Connack>(whole, Version::v3_1_1).reason_code, code);
  }
  EXPECT_EQ(fault("20 02 00 06", Version::v3_1_1), 0x82);
  EXPECT_EQ(fault("20 02 00 7F", Version::v3_1_1), 0x82);
}

TEST(DecodeConnackTest, TakesTheFormOf311InAnswerToMqtt5) {
  const std::string aedes = bytes("20 02 00 01");
  EXPECT_EQ(decoded_as<Connack>(aedes, Version::v5).reason_code, 1);
  const std::string mochi = bytes("20 02 00 82");
  EXPECT_EQ(decoded_as<Connack>(mochi, Version::v5).reason_code, 0x82);
  const std::string accepted = bytes("20 02 01 00");
  EXPECT_TRUE(decoded_as<Connack>(accepted, Version::v5).session_present);
}

TEST(DecodeConnackTest, TakesTheReasonCodesAndTheFormOfMqtt5InAnswerTo311) {
  const std::string mochi = bytes("20 02 00 80");
  EXPECT_EQ(decoded_as<Connack>(mochi, Version::v3_1_1).reason_code, 0x80);
  const std::string mosquitto = bytes("20 03 00 84 00");
  EXPECT_EQ(decoded_as<Connack>(mosquitto, Version::v3_1_1).reason_code, 0x84);
  EXPECT_EQ(decoded_as<Connack>(mosquitto, Version::v5).reason_code, 0x84);
}

TEST(DecodeConnackTest, RefusesASessionThatIsPresentInARefusal) {
  EXPECT_EQ(fault("20 03 01 87 00", Version::v5), 0x82);
  EXPECT_EQ(fault("20 02 01 05", Version::v3_1_1), 0x82);
}

TEST(DecodeConnackTest, RefusesReservedFlagsAndOtherLengths) {
  EXPECT_EQ(fault("20 02 02 00", Version::v3_1_1), 0x81);
  EXPECT_EQ(fault("20 03 80 00 00", Version::v5), 0x81);
  for (const Version version : both_versions) {
    EXPECT_EQ(fault("20 00", version), 0x81);
    EXPECT_EQ(fault("20 01 00", version), 0x81);
    EXPECT_EQ(fault("20 04 00 00 00 00", version), 0x81);
  }
}

}  // namespace
}  // namespace bridge::mqtt
