#include <gtest/gtest.h>

#include "codec_bytes.h"

namespace bridge::mqtt {
namespace {

/// MQTT 5.0, Figure 3-21: a/b at QoS 1, c/d at QoS 2.
TEST(DecodeSubscribeTest, ReadsThePayloadOfFigure321) {
  const std::string whole = bytes("82 0F 00 0A 00 00 03 'a/b' 01 00 03 'c/d' 02");
  Subscribe expected;
  expected.packet_identifier = 10;
  expected.entries = {{"a/b", QoS::at_least_once, false, false, 0},
                      {"c/d", QoS::exactly_once, false, false, 0}};
  EXPECT_EQ(decoded_as<Subscribe>(whole, Version::v5), expected);
  EXPECT_EQ(encoded(expected, Version::v5), whole);
}

TEST(DecodeSubscribeTest, ReadsAllOptions) {
  const std::string whole = bytes("82 09 00 0A 02 0B 07 00 01 '#' 2C");
  const auto subscribe = decoded_as<Subscribe>(whole, Version::v5);
  EXPECT_EQ(subscribe.properties.subscription_identifiers, std::vector<std::uint32_t>{7});
  EXPECT_EQ(subscribe.entries.at(0), (SubscribeEntry{"#", QoS::at_most_once, true, true, 2}));
}

TEST(DecodeSubscribeTest, RefusesOptionsThatAreReservedOrImpossible) {
  EXPECT_EQ(fault("82 07 00 0A 00 00 01 'a' 03"), 0x82) << "QoS 3";
  EXPECT_EQ(fault("82 07 00 0A 00 00 01 'a' 30"), 0x82) << "Retain Handling 3";
  EXPECT_EQ(fault("82 07 00 0A 00 00 01 'a' 40"), 0x81);
  EXPECT_EQ(fault("82 07 00 0A 00 00 01 'a' 80"), 0x81);
  EXPECT_EQ(fault("82 06 00 0A 00 01 'a' 04", Version::v3_1_1), 0x81) << "no options but the QoS in 3.1.1";
  EXPECT_EQ(fault("82 06 00 0A 00 01 'a' 02", Version::v3_1_1), 0);
}

TEST(DecodeSubscribeTest, RefusesNoLocalForASharedSubscription) {
  EXPECT_EQ(fault("82 10 00 0A 00 00 0A '$share/g/f' 04"), 0x82);
  EXPECT_EQ(fault("82 10 00 0A 00 00 0A '$share/g/f' 00"), 0);
}

TEST(DecodeSubscribeTest, NeedsAFilterThatIsNotEmpty) {
  EXPECT_EQ(fault("82 03 00 0A 00"), 0x82);
  EXPECT_EQ(fault("82 06 00 0A 00 00 00 00"), 0x82);
  EXPECT_EQ(fault("A2 03 00 0A 00"), 0x82);
  EXPECT_EQ(fault("A2 05 00 0A 00 00 00"), 0x82);
  EXPECT_EQ(fault("A2 06 00 0A 00 00 01 FF"), 0x81);
}

TEST(DecodeSubscribeTest, HasOneSubscriptionIdentifierAtMost) {
  EXPECT_EQ(fault("82 0B 00 0A 04 0B 07 0B 08 00 01 '#' 00"), 0x82);
}

TEST(DecodeSubackTest, HasAReasonCodeForEachFilter) {
  const std::string whole = bytes("90 06 00 0A 00 02 87 00");
  EXPECT_EQ(decoded_as<Suback>(whole, Version::v5).reason_codes, (std::vector<std::uint8_t>{2, 0x87, 0}));
  EXPECT_EQ(fault("90 03 00 0A 00"), 0x82);
  EXPECT_EQ(fault("90 02 00 0A", Version::v3_1_1), 0x82);
}

TEST(DecodeSubackTest, TakesTheRefusalsOfMqtt5In311) {
  const std::string whole = bytes("90 07 00 0A 00 01 02 80 8F");
  EXPECT_EQ(decoded_as<Suback>(whole, Version::v3_1_1).reason_codes,
            (std::vector<std::uint8_t>{0, 1, 2, 0x80, 0x8F}));
  EXPECT_EQ(fault("90 03 00 0A 03", Version::v3_1_1), 0x82);
  EXPECT_EQ(fault("90 03 00 0A 7F", Version::v3_1_1), 0x82);
}

TEST(DecodeUnsubscribeTest, ReadsThePayloadOfFigure330) {
  const std::string whole = bytes("A2 0D 00 0A 00 00 03 'a/b' 00 03 'c/d'");
  Unsubscribe expected;
  expected.packet_identifier = 10;
  expected.topic_filters = {"a/b", "c/d"};
  EXPECT_EQ(decoded_as<Unsubscribe>(whole, Version::v5), expected);
  EXPECT_EQ(encoded(expected, Version::v5), whole);
}

TEST(DecodeUnsubackTest, HasReasonCodesInMqtt5Only) {
  const std::string v5 = bytes("B0 05 00 0A 00 11 00");
  EXPECT_EQ(decoded_as<Unsuback>(v5, Version::v5).reason_codes, (std::vector<std::uint8_t>{0x11, 0}));
  const std::string v3_1_1 = bytes("B0 02 00 0A");
  EXPECT_TRUE(decoded_as<Unsuback>(v3_1_1, Version::v3_1_1).reason_codes.empty());
  EXPECT_EQ(fault("B0 03 00 0A 00"), 0x82);
  EXPECT_EQ(fault("B0 03 00 0A 00", Version::v3_1_1), 0x81);
}

}  // namespace
}  // namespace bridge::mqtt
