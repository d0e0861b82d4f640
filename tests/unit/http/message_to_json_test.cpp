#include "message_to_json.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

TEST(MessageToJsonTest, SaysPlainWhereThePayloadIsText) {
  Message message;
  message.topic_name = "t";
  message.payload = "grüß";
  message.qos = QoS::at_least_once;
  EXPECT_EQ(
      message_to_json(message).dump(),
      R"({"topic":"t","payload":"grüß","payload_encoding":"plain","qos":1,"retain":false,"properties":{}})");
}

TEST(MessageToJsonTest, SaysBase64WhereItIsNot) {
  Message message;
  message.payload = "\xFF";
  const auto shown = message_to_json(message);
  EXPECT_EQ(shown["payload"], "/w==");
  EXPECT_EQ(shown["payload_encoding"], "base64");
}

TEST(MessageToJsonTest, HasEachPropertyThatIsSet) {
  Message message;
  message.properties = {.payload_format_indicator = 1,
                        .message_expiry_interval = std::chrono::seconds(7),
                        .content_type = "text/plain",
                        .response_topic = "r",
                        .correlation_data = "c",
                        .user_properties = {{"a", "1"}, {"a", "2"}}};
  EXPECT_EQ(message_to_json(message)["properties"].dump(),
            R"({"content_type":"text/plain","message_expiry_interval":7,"payload_format_indicator":1,)"
            R"("response_topic":"r","correlation_data":"c","user_properties":[["a","1"],["a","2"]]})");
}

TEST(MessageToJsonTest, TimesAreThoseOfRfc3339) {
  const auto at = std::chrono::system_clock::time_point(std::chrono::milliseconds(1795305600007));
  EXPECT_EQ(to_rfc3339(at), "2026-11-22T00:00:00.007Z");
}

}  // namespace
}  // namespace bridge
