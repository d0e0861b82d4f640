#include <gtest/gtest.h>

#include "bridge/core/packet_size.h"
#include "codec_bytes.h"

namespace bridge::mqtt {
namespace {

Message message_with_everything() {
  Message message;
  message.topic_name = "a/b";
  message.payload = "payload";
  message.qos = QoS::at_least_once;
  message.retain = true;
  message.properties.payload_format_indicator = 1;
  message.properties.message_expiry_interval = std::chrono::seconds(4'294'967'295);
  message.properties.content_type = "c";
  message.properties.response_topic = "r";
  message.properties.correlation_data = std::string("\0\xFF", 2);
  message.properties.user_properties = {{"n", "1"}, {"n", ""}};
  return message;
}

std::string published(const Message& message, const PublishHead& head, Version version) {
  std::string out;
  encode_publish_head(out, message, head, version);
  return out + message.payload;
}

/// The message as decode() would return it.
Publish publish_of(const Message& message, const PublishHead& head) {
  Publish publish;
  publish.dup = head.dup;
  publish.qos = message.qos;
  publish.retain = message.retain;
  publish.topic_name = message.topic_name;
  publish.packet_identifier = head.packet_identifier;
  publish.payload = message.payload;
  Properties& properties = publish.properties;
  properties.payload_format_indicator = message.properties.payload_format_indicator;
  properties.message_expiry_interval = head.message_expiry_interval;
  properties.content_type = message.properties.content_type;
  properties.response_topic = message.properties.response_topic;
  properties.correlation_data = message.properties.correlation_data;
  for (const UserProperty& property : message.properties.user_properties)
    properties.user_properties.emplace_back(property.name, property.value);
  return publish;
}

TEST(EncodePublishTest, WritesTheBytesOfTheSpecification) {
  EXPECT_EQ(published(message_with_everything(), {true, 10, {}}, Version::v5),
            bytes("3B 30 00 03 'a/b' 00 0A 21 01 01 02 FF FF FF FF 03 00 01 'c' 08 00 01 'r' 09 00 02 00 FF "
                  "26 00 01 'n' 00 01 '1' 26 00 01 'n' 00 00 'payload'"));
  EXPECT_EQ(published(message_with_everything(), {false, 10, {}}, Version::v3_1_1),
            bytes("33 0E 00 03 'a/b' 00 0A 'payload'"));
  EXPECT_EQ(published(Message{"t", "", QoS::at_most_once, false, {}}, {}, Version::v5),
            bytes("30 04 00 01 't' 00"));
}

TEST(EncodePublishTest, WritesTheRestOfAnExpiryInPlaceOfTheWhole) {
  Message message;
  message.topic_name = "t";
  message.properties.message_expiry_interval = std::chrono::seconds(10);
  EXPECT_EQ(published(message, {}, Version::v5), bytes("30 09 00 01 't' 05 02 00 00 00 0A"));
  EXPECT_EQ(published(message, {false, 0, 7}, Version::v5), bytes("30 09 00 01 't' 05 02 00 00 00 07"));
  EXPECT_EQ(published(message, {false, 0, 0}, Version::v5), bytes("30 09 00 01 't' 05 02 00 00 00 00"));
}

TEST(EncodePublishTest, IsUnderstoodByDecode) {
  const Message message = message_with_everything();
  const PublishHead head{true, 65'535, 3};
  const std::string whole = published(message, head, Version::v5);
  EXPECT_EQ(decoded_as<Publish>(whole, Version::v5), publish_of(message, head));
  EXPECT_EQ(encoded(publish_of(message, head), Version::v5), whole);
}

TEST(EncodePublishTest, KnowsItsSizeAtEachStepOfTheLengths) {
  for (const Version version : both_versions)
    for (const QoS qos : {QoS::at_most_once, QoS::at_least_once})
      for (const std::size_t around : {120U, 16'380U, 2'097'150U})
        for (std::size_t size = around - 10; size < around + 10; ++size) {
          const Message message{"t", std::string(size, 'p'), qos, false, {}};
          EXPECT_EQ(publish_packet_size(message, static_cast<int>(version)),
                    published(message, {false, 1, {}}, version).size());
        }
  for (std::size_t size = 100; size < 140; ++size) {
    Message message = message_with_everything();
    message.properties.content_type = std::string(size, 'c');
    for (const Version version : both_versions)
      EXPECT_EQ(publish_packet_size(message, static_cast<int>(version)),
                published(message, {false, 1, {}}, version).size());
  }
}

TEST(EncodePublishTest, WritesNothingOfWhatIsTooLong) {
  std::string out = "before";
  Message message{std::string(65'536, 't'), "", QoS::at_most_once, false, {}};
  EXPECT_THROW(encode_publish_head(out, message, {}, Version::v5), std::length_error);
  message.topic_name = "t";
  message.payload.resize(268'435'455 - 3);
  EXPECT_EQ(publish_packet_size(message, 4), 268'435'460U);
  EXPECT_EQ(publish_packet_size(message, 5), 268'435'461U) << "its Property Length is the byte too many";
  EXPECT_THROW(encode_publish_head(out, message, {}, Version::v5), std::length_error);
  EXPECT_EQ(out, "before");
  EXPECT_NO_THROW(encode_publish_head(out, message, {}, Version::v3_1_1));
}

}  // namespace
}  // namespace bridge::mqtt
