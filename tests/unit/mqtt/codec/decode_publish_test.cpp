#include <gtest/gtest.h>

#include "codec_bytes.h"

namespace bridge::mqtt {
namespace {

Publish published(std::string_view topic_name) {
  Publish publish;
  publish.topic_name = topic_name;
  return publish;
}

/// MQTT 5.0, Figure 3-9: topic a/b, Packet Identifier 10, no properties.
TEST(DecodePublishTest, ReadsTheVariableHeaderOfFigure39) {
  const std::string whole = bytes("3D 0B 00 03 'a/b' 00 0A 00 'pay'");
  Publish expected = published("a/b");
  expected.dup = true;
  expected.qos = QoS::exactly_once;
  expected.retain = true;
  expected.packet_identifier = 10;
  expected.payload = "pay";
  EXPECT_EQ(decoded_as<Publish>(whole, Version::v5), expected);
}

TEST(DecodePublishTest, HasNoPropertiesInMqtt311AndNoIdentifierAtQos0) {
  const std::string whole = bytes("30 05 00 01 't' 00 01");
  Publish expected = published("t");
  expected.payload = std::string_view("\0\x01", 2);
  EXPECT_EQ(decoded_as<Publish>(whole, Version::v3_1_1), expected);
}

TEST(DecodePublishTest, MayHaveNoPayload) {
  const std::string whole = bytes("31 04 00 01 't' 00");
  EXPECT_TRUE(decoded_as<Publish>(whole, Version::v5).payload.empty());
}

TEST(DecodePublishTest, KeepsUserPropertiesAndSubscriptionIdentifiersInOrderWithRepeats) {
  const std::string values =
      "0B 80 01 26 00 01 'b' 00 01 '1' 0B 05 26 00 01 'a' 00 01 '2' 26 00 01 'b' 00 00 0B 05";
  EXPECT_EQ(fault_of(bytes("30 1F 00 01 't' 1C" + values), Version::v5), 0x81)
      << "the length is one too many";

  const std::string whole = bytes("30 20 00 01 't' 1B" + values + "'.'");
  const auto publish = decoded_as<Publish>(whole, Version::v5);
  EXPECT_EQ(publish.properties.subscription_identifiers, (std::vector<std::uint32_t>{128, 5, 5}));
  using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;
  EXPECT_EQ(publish.properties.user_properties, (Pairs{{"b", "1"}, {"a", "2"}, {"b", ""}}));
  EXPECT_EQ(publish.payload, ".");
}

TEST(DecodePublishTest, RefusesAPacketIdentifierOf0) {
  EXPECT_EQ(fault_of(bytes("32 06 00 01 't' 00 00 00"), Version::v5), 0x82);
  EXPECT_EQ(fault_of(bytes("34 05 00 01 't' 00 00"), Version::v3_1_1), 0x82);
}

TEST(DecodePublishTest, IsNoFaultWhateverAnotherClientWrote) {
  for (const char* topic :
       {"00 00", "00 01 00", "00 03 'a/#'", "00 02 C0 80", "00 03 ED A0 80", "00 01 FF"}) {
    EXPECT_EQ(fault_of(packet_of(0x30, bytes(topic) + bytes("00")), Version::v5), 0) << topic;
    EXPECT_EQ(fault_of(packet_of(0x30, bytes(topic)), Version::v3_1_1), 0) << topic;
  }
  for (const char* property : {"01 02", "03 00 01 FF", "08 00 01 '#'", "26 00 01 00 00 01 FF"}) {
    const std::string values = bytes(property);
    const std::string whole = packet_of(0x30, bytes("00 01 't'") + static_cast<char>(values.size()) + values);
    EXPECT_EQ(fault_of(whole, Version::v5), 0) << property;
    EXPECT_NE(text_fault(decoded_as<Publish>(whole, Version::v5)), "") << property;
  }
}

TEST(TextFaultTest, IsToldOfATopicNameThatIsNone) {
  for (const std::string_view topic : {"a", "/", "$SYS/x", "a b", "\xC3\xA4", "\xEF\xBF\xBF", "\x01"})
    EXPECT_EQ(text_fault(published(topic)), "") << topic;
  for (const std::string_view topic :
       {std::string_view(""), std::string_view("\0", 1), std::string_view("a/+"), std::string_view("#"),
        std::string_view("\xED\xA0\x80")})
    EXPECT_NE(text_fault(published(topic)), "") << topic;
}

TEST(TextFaultTest, AllowsAnEmptyTopicNameWithAnAlias) {
  Publish publish = published("");
  publish.properties.topic_alias = 1;
  EXPECT_EQ(text_fault(publish), "");
}

TEST(TextFaultTest, LooksAtEachText) {
  Publish publish = published("t");
  publish.properties.content_type = "text/plain";
  publish.properties.response_topic = "r";
  publish.properties.correlation_data = std::string_view("\0\xFF", 2);
  publish.properties.payload_format_indicator = 1;
  publish.properties.user_properties = {{"name", "value"}};
  EXPECT_EQ(text_fault(publish), "");

  const auto fault_with = [&publish](auto change) {
    Publish changed = publish;
    change(changed.properties);
    return text_fault(changed);
  };
  EXPECT_NE(fault_with([](Properties& p) { p.content_type = "\xFF"; }), "");
  EXPECT_NE(fault_with([](Properties& p) { p.response_topic = "r/#"; }), "");
  EXPECT_NE(fault_with([](Properties& p) { p.payload_format_indicator = 2; }), "");
  EXPECT_NE(fault_with([](Properties& p) { p.user_properties[0].first = "\xFF"; }), "");
  EXPECT_NE(fault_with([](Properties& p) { p.user_properties[0].second = std::string_view("\0", 1); }), "");
}

}  // namespace
}  // namespace bridge::mqtt
