// Each field of POST /publish arrives at a subscriber as it was sent.

#include <gtest/gtest.h>

#include <array>
#include <numeric>

#include "bridge_fixture.h"

namespace bridge::test {
namespace {

using nlohmann::json;

/// Every byte value, in order, `times` times.
std::string every_byte(std::size_t times) {
  std::string bytes(256 * times, '\0');
  std::iota(bytes.begin(), bytes.end(), '\0');
  return bytes;
}

class JsonFieldsTest : public BridgeTest {
 protected:
  /// Publishes `fields` to a topic of its own. @return what the probe received.
  ReceivedMessage published(json fields) {
    fields["topic"] = new_topic();
    expect_success(http_.post_json("/publish", fields));
    return arrived(fields["topic"]);
  }

  /// The payload that the text of a JSON value becomes.
  std::string payload_of(const std::string& value, const std::string& field = "msg") {
    const std::string topic = new_topic();
    expect_success(
        http_.request("POST", "/publish", R"({"topic":")" + topic + R"(",")" + field + "\": " + value + "}"));
    return arrived(topic).payload;
  }

  Properties properties_of(const json& properties) {
    return published({{"msg", "m"}, {"properties", properties}}).properties;
  }
};

TEST_F(JsonFieldsTest, AStringIsItsOwnText) {
  EXPECT_EQ(payload_of(R"("plain \"quoted\" \u00fc \ud83d\ude00 \u0000 \n")"),
            std::string("plain \"quoted\" \u00fc \U0001F600 \0 \n", 26));
  EXPECT_EQ(payload_of(R"("")"), "");
}

TEST_F(JsonFieldsTest, AnyOtherValueIsItsCompactText) {
  EXPECT_EQ(payload_of("42"), "42");
  EXPECT_EQ(payload_of("-1.5"), "-1.5");
  EXPECT_EQ(payload_of("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(payload_of("true"), "true");
  EXPECT_EQ(payload_of("null"), "null");
  EXPECT_EQ(payload_of("[ 1, \"two\", [ ] ]"), R"([1,"two",[]])");
  EXPECT_EQ(payload_of("{ \"temperature\" : 21.5, \"at\" : { \"room\" : \"k\u00fcche\" } }"),
            "{\"temperature\":21.5,\"at\":{\"room\":\"k\u00fcche\"}}")
      << "in the order in which it was written";
}

TEST_F(JsonFieldsTest, ThePayloadHasThreeNames) {
  for (const char* field : {"msg", "payload", "message"}) EXPECT_EQ(payload_of("\"x\"", field), "x") << field;
}

TEST_F(JsonFieldsTest, Base64CarriesEveryByte) {
  EXPECT_EQ(published({{"msg", "AP8Q"}, {"payload_encoding", "base64"}}).payload,
            std::string("\0\xff\x10", 3));
  EXPECT_EQ(published({{"msg", "aGk="}, {"payload_encoding", "plain"}}).payload, "aGk=");
  const TempDir directory;
  const std::string file = directory.write("bytes", every_byte(100));
  const std::string encoded = run_program({"base64", {"-w0", file}}).output;
  const json fields = {{"payload", encoded.substr(0, encoded.size() - 1)}, {"payload_encoding", "base64"}};
  EXPECT_EQ(published(fields).payload, every_byte(100));
}

TEST_F(JsonFieldsTest, QosIsTheOneThatWasAskedFor) {
  EXPECT_EQ(published({{"msg", "m"}}).qos, 0);
  for (const int qos : {0, 1, 2}) EXPECT_EQ(published({{"msg", "m"}, {"qos", qos}}).qos, qos);
}

TEST_F(JsonFieldsTest, OnlyARetainedMessageIsThereForWhoComesLater) {
  expect_success(
      http_.post_json("/publish", {{"topic", "kept"}, {"msg", "state"}, {"qos", 1}, {"retain", true}}));
  expect_success(
      http_.post_json("/publish", {{"topic", "fleeting"}, {"msg", "event"}, {"qos", 1}, {"retain", false}}));
  MqttProbe later(broker_.port(), {.client_id = "later"});
  later.subscribe("fleeting", 1);
  later.subscribe("kept", 1);
  const auto message = later.wait_for_topic("kept", within(soon));
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->retain);
  EXPECT_EQ(message->payload, "state");
  EXPECT_EQ(later.count(), 1U);
}

TEST_F(JsonFieldsTest, NothingIsAddedThatNobodySent) {
  const ReceivedMessage message = published({{"msg", "m"}});
  EXPECT_EQ(message.properties, Properties{});
  EXPECT_FALSE(message.retain);
}

TEST_F(JsonFieldsTest, EachPropertyArrives) {
  const json all = {{"content_type", "text/plain; charset=utf-8"},
                    {"payload_format_indicator", 1},
                    {"response_topic", "answers/\u00fc"},
                    {"correlation_data", "id-\u00fc"},
                    {"user_properties", {{"k", "v"}}}};
  const Properties expected{.payload_format_indicator = 1,
                            .content_type = "text/plain; charset=utf-8",
                            .response_topic = "answers/\u00fc",
                            .correlation_data = "id-\u00fc",
                            .user_properties = {{"k", "v"}}};
  EXPECT_EQ(properties_of(all), expected);
}

TEST_F(JsonFieldsTest, EachPropertyArrivesAlone) {
  EXPECT_EQ(properties_of({{"content_type", ""}}), Properties{.content_type = ""});
  EXPECT_EQ(properties_of({{"payload_format_indicator", 0}}), Properties{.payload_format_indicator = 0});
  EXPECT_EQ(properties_of({{"response_topic", "r"}}), Properties{.response_topic = "r"});
  EXPECT_EQ(properties_of({{"correlation_data", "c"}}), Properties{.correlation_data = "c"});
}

TEST_F(JsonFieldsTest, TheExpiryRunsFromWhatWasAskedFor) {
  for (const std::uint32_t seconds : {100U, 4294967294U, 4294967295U}) {
    const auto left = properties_of({{"message_expiry_interval", seconds}}).message_expiry_interval;
    if (seconds == 4294967295U && mosquitto_version() >= std::array{2, 1, 0}) {
      EXPECT_FALSE(left) << "mosquitto 2.1 takes the largest for none and does not pass it on";
      continue;
    }
    ASSERT_TRUE(left);
    EXPECT_LE(*left, seconds);
    EXPECT_GE(*left, seconds - 10) << "the broker counts down";
  }
}

TEST_F(JsonFieldsTest, UserPropertiesAsAListKeepOrderAndRepeats) {
  json pairs = json::array();
  Properties expected;
  for (const auto& [name, value] : {std::pair{"b", "1"}, {"a", "2"}, {"b", "3"}, {"", ""}, {"a", "2"}}) {
    pairs.push_back(json::array({name, value}));
    expected.user_properties.emplace_back(name, value);
  }
  EXPECT_EQ(properties_of({{"user_properties", pairs}}), expected);
}

TEST_F(JsonFieldsTest, UserPropertiesAsAnObjectKeepTheirOrder) {
  expect_success(
      http_.request("POST", "/publish",
                    R"({"topic":"t","msg":"m","properties":{"user_properties":{"z":"1","a":"2","m":"3"}}})"));
  const std::vector<std::pair<std::string, std::string>> expected = {{"z", "1"}, {"a", "2"}, {"m", "3"}};
  EXPECT_EQ(arrived("t").properties.user_properties, expected);
}

TEST_F(JsonFieldsTest, TheTopicArrivesUnderExactlyItsName) {
  for (const std::string topic :
       {"/leading", "trailing/", "a//b", "/", "with space", "\u00fc/\U0001F600", "a$b"}) {
    expect_success(http_.post_json("/publish", {{"topic", topic}, {"msg", "m"}}));
    EXPECT_EQ(arrived(topic).topic, topic);
  }
}

TEST_F(JsonFieldsTest, ALongTopicOf200LevelsArrives) {
  std::string levels = "0";
  for (int level = 1; level < 200; ++level) levels.append("/").append(std::to_string(level));
  for (const std::string& topic : {levels, std::string(65535, 't')}) {
    expect_success(http_.post_json("/publish", {{"topic", topic}, {"msg", "m"}, {"qos", 1}}));
    EXPECT_EQ(arrived(topic).payload, "m");
  }
}

TEST_F(JsonFieldsTest, AFormCarriesTheSameFields) {
  const HttpFields form = {{"Content-Type", "application/x-www-form-urlencoded"}};
  expect_success(
      http_.request("POST", "/publish", "topic=f%2F1&payload=a+b%26%00%ff&qos=2&retain=true", form));
  const ReceivedMessage message = arrived("f/1");
  EXPECT_EQ(message.payload, std::string("a b&\0\xff", 6));
  EXPECT_EQ(message.qos, 2);
  EXPECT_EQ(message.properties, Properties{});
  MqttProbe later(broker_.port(), {.client_id = "later"});
  later.subscribe("f/1", 0);
  EXPECT_TRUE(later.wait_for_topic("f/1", within(soon)));
}

}  // namespace
}  // namespace bridge::test
