#include "message_rules.h"

#include <gtest/gtest.h>

#include "bridge/core/error.h"

namespace bridge {
namespace {

TEST(MessageRulesTest, CountsThePacketAsItGoesOut) {
  Message message{"ab", "xyz", QoS::at_most_once, false, {}};
  EXPECT_EQ(publish_packet_size(message, 4), 2U + 2 + 2 + 3);
  EXPECT_EQ(publish_packet_size(message, 5), 2U + 2 + 2 + 1 + 3) << "a length of no properties";
  message.qos = QoS::at_least_once;
  EXPECT_EQ(publish_packet_size(message, 4), 2U + 2 + 2 + 2 + 3);
  message.properties.content_type = "t";
  message.properties.message_expiry_interval = std::chrono::seconds(1);
  message.properties.payload_format_indicator = 1;
  message.properties.user_properties = {{"k", "v"}};
  EXPECT_EQ(publish_packet_size(message, 5), 2U + 2 + 2 + 2 + 1 + (4 + 5 + 2 + 7) + 3);
  message.payload.assign(200, 'x');
  EXPECT_EQ(publish_packet_size(message, 4), 1U + 2 + 2 + 2 + 2 + 200) << "two bytes of Remaining Length";
}

TEST(MessageRulesTest, NamesTheFieldThatIsWrong) {
  Message message{"a", "", QoS::at_most_once, false, {}};
  message.properties.user_properties = {{"k", "\xFF"}};
  try {
    check_message(message);
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("user_properties: ")) << error.what();
  }
}

TEST(MessageRulesTest, RefusesStringsThatABrokerWouldCloseTheConnectionFor) {
  for (const char* text : {"a\nb", "a\tb", "\x7F", "\xC2\x85", "\xEF\xBF\xBF", "\xED\xA0\x80"}) {
    Message message{"a", "", QoS::at_most_once, false, {}};
    message.properties.content_type = text;
    EXPECT_THROW(check_message(message), Error) << text;
    message.properties = {};
    message.properties.user_properties = {{text, "v"}};
    EXPECT_THROW(check_message(message), Error) << text;
    message.properties.user_properties = {{"k", text}};
    EXPECT_THROW(check_message(message), Error) << text;
  }
}

TEST(MessageRulesTest, TakesStringsUpToTheirLimit) {
  Message message{"a", "", QoS::at_most_once, false, {}};
  message.properties.correlation_data = std::string(65535, '\0');
  EXPECT_NO_THROW(check_message(message));
  message.properties.correlation_data = std::string(65536, '\0');
  EXPECT_THROW(check_message(message), Error);
}

}  // namespace
}  // namespace bridge
