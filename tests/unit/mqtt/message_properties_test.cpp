#include "message_properties.h"

#include <gtest/gtest.h>

namespace bridge::mqtt {
namespace {

MessageProperties round_trip(const MessageProperties& properties) {
  return from_library(to_library(properties).c_struct());
}

TEST(MessagePropertiesTest, SendsNothingThatNobodyHasSet) {
  EXPECT_EQ(to_library({}).c_struct().count, 0);
  EXPECT_EQ(round_trip({}), MessageProperties{});
}

TEST(MessagePropertiesTest, CarriesEachPropertyBothWays) {
  MessageProperties properties;
  properties.payload_format_indicator = 1;
  properties.message_expiry_interval = std::chrono::seconds(3600);
  properties.content_type = "application/json";
  properties.response_topic = "answers/here";
  properties.correlation_data = "four";
  properties.user_properties = {{"name", "value"}};
  EXPECT_EQ(round_trip(properties), properties);
}

TEST(MessagePropertiesTest, KeepsOrderAndRepeatsOfUserProperties) {
  MessageProperties properties;
  for (int i = 0; i < 50; ++i)
    properties.user_properties.push_back({i % 2 == 0 ? "a" : "b", std::to_string(i)});
  EXPECT_EQ(round_trip(properties), properties);
}

TEST(MessagePropertiesTest, KeepsEmptyTextsApartFromMissingOnes) {
  MessageProperties properties;
  properties.content_type = "";
  properties.correlation_data = "";
  properties.user_properties = {{"", ""}};
  EXPECT_EQ(round_trip(properties), properties);
}

TEST(MessagePropertiesTest, CarriesEveryByteInCorrelationData) {
  MessageProperties properties;
  properties.correlation_data.emplace();
  for (int byte = 0; byte < 256; ++byte) properties.correlation_data->push_back(static_cast<char>(byte));
  EXPECT_EQ(round_trip(properties), properties);
}

TEST(MessagePropertiesTest, CarriesTheLargestExpiryInterval) {
  MessageProperties properties;
  properties.message_expiry_interval = std::chrono::seconds(4294967295);
  EXPECT_EQ(round_trip(properties), properties);
}

TEST(MessagePropertiesTest, KeepsAZeroAsAValue) {
  MessageProperties properties;
  properties.payload_format_indicator = 0;
  properties.message_expiry_interval = std::chrono::seconds(0);
  EXPECT_EQ(round_trip(properties), properties);
}

TEST(MessagePropertiesTest, LeavesOutWhatIsNotTheSenders) {
  ::mqtt::properties received;
  received.add(::mqtt::property(::mqtt::property::TOPIC_ALIAS, 7));
  received.add(::mqtt::property(::mqtt::property::SUBSCRIPTION_IDENTIFIER, 9));
  EXPECT_EQ(from_library(received.c_struct()), MessageProperties{});
}

}  // namespace
}  // namespace bridge::mqtt
