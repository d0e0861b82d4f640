#include "message_rules.h"

#include <gtest/gtest.h>

#include "bridge/core/error.h"

namespace bridge {
namespace {

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
