#include "json_message.h"

#include <gtest/gtest.h>

#include "bridge/core/error.h"

namespace bridge {
namespace {

Message from_json(std::string_view text, std::size_t max_depth = 64) {
  return message_from_json(text, max_depth);
}

struct Fault {
  Errc errc;
  std::string detail;
};

Fault fault_of_json(const std::string& text) {
  try {
    from_json(text);
  } catch (const Error& error) {
    return {error.errc(), error.what()};
  }
  ADD_FAILURE() << "was taken: " << text;
  return {Errc::internal, ""};
}

std::string payload_of(const std::string& value) {
  return from_json(R"({"topic":"t","msg":)" + value + "}").payload;
}

TEST(JsonMessageTest, ReadsTheSmallestMessage) {
  const Message message = from_json(R"( {"topic":"django/mqtt","msg":"hello"} )");
  EXPECT_EQ(message, (Message{"django/mqtt", "hello", QoS::at_most_once, false, {}}));
}

TEST(JsonMessageTest, ReadsEveryField) {
  const Message message =
      from_json(R"({"qos":2,"retain":true,"topic":"t","payload":"AAH/","payload_encoding":"base64",
    "properties":{"content_type":"c","message_expiry_interval":4294967295,"payload_format_indicator":0,
    "response_topic":"r","correlation_data":"d","user_properties":[["k","1"],["a","2"],["k","3"]]}})");
  EXPECT_EQ(message.payload, std::string("\0\x01\xFF", 3));
  EXPECT_EQ(message.qos, QoS::exactly_once);
  EXPECT_TRUE(message.retain);
  const MessageProperties& properties = message.properties;
  EXPECT_EQ(properties.content_type, "c");
  EXPECT_EQ(properties.message_expiry_interval, std::chrono::seconds(4294967295));
  EXPECT_EQ(properties.payload_format_indicator, 0);
  EXPECT_EQ(properties.response_topic, "r");
  EXPECT_EQ(properties.correlation_data, "d");
  EXPECT_EQ(properties.user_properties, (std::vector<UserProperty>{{"k", "1"}, {"a", "2"}, {"k", "3"}}));
}

TEST(JsonMessageTest, KeepsTheOrderOfAnObjectOfUserProperties) {
  const Message message =
      from_json(R"({"topic":"t","msg":"","properties":{"user_properties":{"z":"1","a":"2"}}})");
  EXPECT_EQ(message.properties.user_properties, (std::vector<UserProperty>{{"z", "1"}, {"a", "2"}}));
}

TEST(JsonMessageTest, PublishesOtherValuesAsCompactJson) {
  EXPECT_EQ(payload_of("1"), "1");
  EXPECT_EQ(payload_of("0.10"), "0.10") << "digits are not rounded";
  EXPECT_EQ(payload_of("12345678901234567890123"), "12345678901234567890123");
  EXPECT_EQ(payload_of(" true "), "true");
  EXPECT_EQ(payload_of("null"), "null");
  EXPECT_EQ(payload_of("{ \"z\" : [ 1 , \"a b\" ] ,\n \"a\" : { } }"), R"({"z":[1,"a b"],"a":{}})");
  EXPECT_EQ(payload_of(R"([ "\" ]" , -1e5 ])"), R"(["\" ]",-1e5])");
}

TEST(JsonMessageTest, PublishesNumbersOfAnySizeAsTheyStand) {
  EXPECT_EQ(payload_of("1e400"), "1e400");
  EXPECT_EQ(payload_of("[-1E+99999, 2]"), "[-1E+99999,2]");
  EXPECT_EQ(payload_of(std::string(1000000, '7')), std::string(1000000, '7'));
}

TEST(JsonMessageTest, TakesANumberThatIsWholeHoweverItIsWritten) {
  for (const char* qos : {"1.0", "1e0", "10e-1", "0.1E1"})
    EXPECT_EQ(from_json(R"({"topic":"t","msg":"m","qos":)" + std::string(qos) + "}").qos, QoS::at_least_once)
        << qos;
  const MessageProperties properties = from_json(R"({"topic":"t","msg":"m","properties":
      {"message_expiry_interval":6.0e1,"payload_format_indicator":1.0}})")
                                           .properties;
  EXPECT_EQ(properties.message_expiry_interval, std::chrono::seconds(60));
  EXPECT_EQ(properties.payload_format_indicator, 1);
}

TEST(JsonMessageTest, DecodesEscapesOfStrings) {
  EXPECT_EQ(payload_of(R"("a\u00e9\n\ud83d\ude00\u0000")"), std::string("a\xC3\xA9\n\xF0\x9F\x98\x80\0", 9));
  EXPECT_EQ(from_json(R"({"t\u006fpic":"t","msg":""})").topic_name, "t");
}

TEST(JsonMessageTest, RefusesWhatIsNotJson) {
  for (const std::string& text :
       {std::string("{"), std::string("{}{}"), std::string("{\"topic\":\"t\",\"msg\":\"m\"} x"),
        std::string("nonsense"), std::string("{'topic':'t'}"),
        std::string("{\"topic\":\"t\",\"msg\":\"m\",}"), std::string(1000, '['),
        std::string("{\"topic\":\"t\",\"msg\":\"m\"}\0", 24),
        std::string("{\"topic\":\"\\ud800\",\"msg\":\"m\"}"),
        std::string("{\"topic\":\"t\",\"msg\":\"\xFF\"}"), std::string("{\"topic\":\"t\",\"msg\":1e}"),
        std::string("[1]"), std::string("\"text\""),
        std::string("\xEF\xBB\xBF{\"topic\":\"t\",\"msg\":\"m\"}")})
    EXPECT_EQ(fault_of_json(text).errc, Errc::malformed_content) << text.substr(0, 80);
}

TEST(JsonMessageTest, IsBoundedInDepth) {
  const auto nested = [](std::size_t depth) {
    return R"({"topic":"t","msg":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_NO_THROW(from_json(nested(63)));
  EXPECT_NO_THROW(from_json(nested(255), 256));
  EXPECT_THROW(from_json(nested(2), 2), Error);
  EXPECT_EQ(fault_of_json(nested(64)).errc, Errc::malformed_content);
}

TEST(JsonMessageTest, NamesTheFieldThatIsWrong) {
  const struct {
    std::string text;
    std::string field;
  } rows[] = {
      {R"({"msg":"m"})", "topic"},
      {R"({"topic":1,"msg":"m"})", "topic"},
      {R"({"topic":null,"msg":"m"})", "topic"},
      {R"({"topic":"t"})", "msg"},
      {R"({"topic":"t","msg":"m","payload":"m"})", "payload"},
      {R"({"topic":"t","msg":"m","msg":"m"})", "msg"},
      {R"({"topic":"t","topic":"u","msg":"m"})", "topic"},
      {R"({"topic":"t","msg":"m","QoS":1})", "QoS"},
      {R"({"topic":"t","msg":"m","qos":"1"})", "qos"},
      {R"({"topic":"t","msg":[],"qos":true})", "qos"},
      {R"({"topic":"t","msg":[],"topic":"u"})", "topic"},
      {R"({"topic":"t","msg":[],"properties":{"content_type":"a","content_type":"b"}})", "content_type"},
      {R"({"topic":"t","msg":"m","properties":{"user_properties":{"k":"1","l":"2","k":"3"}}})", "k"},
      {R"({"topic":"t","msg":"m","retain":1})", "retain"},
      {R"({"topic":"t","msg":"m","retain":"true"})", "retain"},
      {R"({"topic":"t","msg":"m","payload_encoding":"hex"})", "payload_encoding"},
      {R"({"topic":"t","msg":"AA=","payload_encoding":"base64"})", "msg"},
      {R"({"topic":"t","msg":1,"payload_encoding":"base64"})", "msg"},
      {R"({"topic":"t","msg":"m","properties":[]})", "properties"},
      {R"({"topic":"t","msg":"m","properties":{"x":1}})", "properties.x"},
      {R"({"topic":"t","msg":"m","properties":{"content_type":1}})", "content_type"},
      {R"({"topic":"t","msg":"m","properties":{"message_expiry_interval":-1}})", "message_expiry_interval"},
      {R"({"topic":"t","msg":"m","properties":{"message_expiry_interval":1.5}})", "message_expiry_interval"},
      {R"({"topic":"t","msg":"m","properties":{"message_expiry_interval":4294967296}})",
       "message_expiry_interval"},
      {R"({"topic":"t","msg":"m","properties":{"message_expiry_interval":18446744073709551615}})",
       "message_expiry_interval"},
      {R"({"topic":"t","msg":"m","properties":{"payload_format_indicator":2}})", "payload_format_indicator"},
      {R"({"topic":"t","msg":"m","properties":{"user_properties":"k"}})", "user_properties"},
      {R"({"topic":"t","msg":"m","properties":{"user_properties":[["k"]]}})", "user_properties"},
      {R"({"topic":"t","msg":"m","properties":{"user_properties":{"k":1}}})", "user_properties"},
  };
  for (const auto& row : rows) {
    const Fault fault = fault_of_json(row.text);
    EXPECT_EQ(fault.errc, Errc::invalid_field) << row.text;
    EXPECT_TRUE(fault.detail.starts_with(row.field + ": ")) << row.text << " → " << fault.detail;
  }
}

/// The members behind an unknown name are not read, however many they are.
TEST(JsonMessageTest, StopsAtTheFirstUnknownName) {
  std::string text = R"({"topic":"t","msg":"")";
  for (int i = 0; text.size() < 1000000; ++i) text += ",\"" + std::to_string(i) + "\":0";
  EXPECT_EQ(fault_of_json(text + "}").detail, "0: is not a known field");
}

TEST(JsonMessageTest, TakesAThousandUserPropertiesAndNoMore) {
  const auto with = [](int count, bool as_object) {
    std::string text = R"({"topic":"t","msg":"","properties":{"user_properties":)";
    text += as_object ? "{" : "[";
    for (int i = 0; i < count; ++i) {
      const std::string name = "\"" + std::to_string(i) + "\"";
      text += (i > 0 ? "," : "") + (as_object ? name + ":\"v\"" : "[" + name + ",\"v\"]");
    }
    return text + (as_object ? "}" : "]") + "}}";
  };
  for (const bool as_object : {true, false}) {
    EXPECT_EQ(from_json(with(1000, as_object)).properties.user_properties.size(), 1000U);
    const Fault fault = fault_of_json(with(1001, as_object));
    EXPECT_EQ(fault.errc, Errc::invalid_field);
    EXPECT_EQ(fault.detail, "user_properties: must not be more than 1000");
  }
}

TEST(JsonMessageTest, HasACodeOfItsOwnForQos) {
  for (const char* qos : {"3", "-1", "1.5", "1e-1", "1e400", "99999999999999999999"})
    EXPECT_EQ(fault_of_json(R"({"topic":"t","msg":"m","qos":)" + std::string(qos) + "}").errc,
              Errc::invalid_qos)
        << qos;
}

TEST(JsonMessageTest, EchoesNoPayloadAndNoEndlessName) {
  const Fault fault =
      fault_of_json(R"({"topic":"t","msg":"secret","\u001b)" + std::string(1000, 'x') + R"(":1})");
  EXPECT_LT(fault.detail.size(), 200U);
  EXPECT_EQ(fault.detail.find("secret"), std::string::npos);
  EXPECT_EQ(fault.detail.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace bridge
