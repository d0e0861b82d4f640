#include <gtest/gtest.h>

#include "codec_bytes.h"

namespace bridge::mqtt {
namespace {

TEST(DecodeAcknowledgementTest, ReadsItWithAndWithoutReasonCodeAndProperties) {
  const std::string shortest = bytes("40 02 00 07");
  Acknowledgement expected{PacketType::puback, 7, 0, {}};
  EXPECT_EQ(decoded_as<Acknowledgement>(shortest, Version::v5), expected);
  EXPECT_EQ(decoded_as<Acknowledgement>(shortest, Version::v3_1_1), expected);

  const std::string with_code = bytes("50 03 00 07 10");
  EXPECT_EQ(decoded_as<Acknowledgement>(with_code, Version::v5),
            (Acknowledgement{PacketType::pubrec, 7, 0x10, {}}));

  const std::string whole = bytes("70 0B 00 07 92 07 1F 00 04 'gone'");
  expected = {PacketType::pubcomp, 7, 0x92, {}};
  expected.properties.reason_string = "gone";
  EXPECT_EQ(decoded_as<Acknowledgement>(whole, Version::v5), expected);
}

TEST(DecodeAcknowledgementTest, HasOnlyAnIdentifierInMqtt311) {
  EXPECT_EQ(fault("40 03 00 07 00", Version::v3_1_1), 0x81);
}

TEST(DecodeAcknowledgementTest, RefusesAnIdentifierOf0AndBytesBehind) {
  EXPECT_EQ(fault("40 02 00 00"), 0x82);
  EXPECT_EQ(fault("40 01 07"), 0x81);
  EXPECT_EQ(fault("40 05 00 07 00 00 00"), 0x81);
}

TEST(DecodeAcknowledgementTest, TakesWhatMochiAnswersAtQos1) {
  const std::string whole = bytes("40 0B 00 07 01 07 26 00 01 'n' 00 01 'v'");
  EXPECT_EQ(decoded_as<Acknowledgement>(whole, Version::v5).reason_code, 1);
}

TEST(DecodeDisconnectTest, MayLeaveOutWhatIsNormal) {
  const std::string nothing = bytes("E0 00");
  EXPECT_EQ(decoded_as<Disconnect>(nothing, Version::v5), Disconnect{});
  EXPECT_EQ(decoded_as<Disconnect>(nothing, Version::v3_1_1), Disconnect{});
  const std::string code = bytes("E0 01 8E");
  EXPECT_EQ(decoded_as<Disconnect>(code, Version::v5).reason_code, 0x8E);
  const std::string whole = bytes("E0 0A 9D 08 1C 00 05 'other'");
  EXPECT_EQ(decoded_as<Disconnect>(whole, Version::v5).properties.server_reference, "other");
}

TEST(DecodeDisconnectTest, TellsAReasonInMqtt311Too) {
  for (const char* notation : {"E0 01 80", "E0 02 80 00"}) {
    const std::string nanomq = bytes(notation);
    EXPECT_EQ(decoded_as<Disconnect>(nanomq, Version::v3_1_1).reason_code, 0x80);
  }
}

TEST(DecodeAuthTest, NeedsItsMethodUnlessItSaysNothing) {
  EXPECT_EQ(fault("F0 00"), 0);
  EXPECT_EQ(fault("F0 02 00 00"), 0);
  EXPECT_EQ(fault("F0 01 00"), 0x81) << "a Reason Code without a Property Length (3.15.2.1)";
  EXPECT_EQ(fault("F0 02 18 00"), 0x82);
  EXPECT_EQ(fault("F0 06 00 04 16 00 01 'd'"), 0x82);
  EXPECT_EQ(fault("F0 06 18 04 15 00 01 'm'"), 0);
}

TEST(DecodeAuthTest, DoesNotExistInMqtt311) { EXPECT_EQ(fault("F0 00", Version::v3_1_1), 0x81); }

TEST(DecodePingTest, HasNothingBehindItsFixedHeader) {
  for (const Version version : both_versions) {
    EXPECT_EQ(fault("C0 00", version), 0);
    EXPECT_EQ(fault("D0 00", version), 0);
    EXPECT_EQ(fault("C0 01 00", version), 0x81);
    EXPECT_EQ(fault("D0 01 00", version), 0x81);
  }
}

}  // namespace
}  // namespace bridge::mqtt
