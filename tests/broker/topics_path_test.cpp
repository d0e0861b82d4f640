// POST, PUT and DELETE /topics/{topic}: the path names the topic, the content is the payload.

#include <gtest/gtest.h>

#include <numeric>

#include "bridge_fixture.h"
#include "problem.h"
#include "support/curl.h"

namespace bridge::test {
namespace {

class TopicsPathTest : public BridgeTest {
 protected:
  HttpResponse post(const std::string& path_and_query, const std::string& content,
                    const HttpFields& fields = {}) {
    return http_.request("POST", "/topics/" + path_and_query, content, fields);
  }

  ReceivedMessage posted(const std::string& query, const HttpFields& fields = {}) {
    const std::string topic = new_topic();
    expect_success(post(topic + query, "content", fields));
    return arrived(topic);
  }

  std::optional<ReceivedMessage> retained(const std::string& topic) const {
    MqttProbe later(broker_.port(), {.client_id = "later"});
    later.subscribe(topic, 1);
    later.subscribe("mark/" + topic, 1);
    later.publish("mark/" + topic, "", 1);  // behind it nothing retained can come any more
    later.wait_for_topic("mark/" + topic, within(soon));
    return later.wait_for_topic(topic, Clock::now());
  }
};

TEST_F(TopicsPathTest, EveryByteOfTheContentIsThePayload) {
  std::string bytes(256, '\0');
  std::iota(bytes.begin(), bytes.end(), '\0');
  expect_success(post("raw", bytes));
  EXPECT_EQ(arrived("raw").payload, bytes);
}

TEST_F(TopicsPathTest, AMillionBytesArrive) {
  std::string bytes(1000000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>((i * 31 + i / 256) % 256);
  expect_success(post("large?qos=1", bytes));
  EXPECT_TRUE(arrived("large").payload == bytes) << "1 MB differs, or is not there";
}

TEST_F(TopicsPathTest, AnEmptyContentIsAnEmptyMessage) {
  expect_success(post("nothing", ""));
  EXPECT_EQ(arrived("nothing").payload, "");
}

TEST_F(TopicsPathTest, ThePathIsDecodedOnce) {
  for (const std::string path : {"a/b", "a%2Fb", "a/%62", "%61/b"}) {
    expect_success(post(path, path));
    EXPECT_TRUE(probe_.wait_for(
        [&](const ReceivedMessage& message) { return message.topic == "a/b" && message.payload == path; },
        within(soon)))
        << path;
  }
  expect_success(post("100%2525", "m"));
  EXPECT_EQ(arrived("100%25").payload, "m");
}

TEST_F(TopicsPathTest, ASecondSlashLeadsTheTopic) {
  expect_success(post("/lead", "m"));
  EXPECT_EQ(arrived("/lead").payload, "m");
  expect_success(post("trail/", "m"));
  EXPECT_EQ(arrived("trail/").payload, "m");
  expect_success(post("two//levels", "m"));
  EXPECT_EQ(arrived("two//levels").payload, "m");
}

TEST_F(TopicsPathTest, SpacesAndUnicodeArePercentEncoded) {
  expect_success(post("k%C3%BCche/temp%20eratur", "m"));
  EXPECT_EQ(arrived("k\u00fcche/temp eratur").payload, "m");
  expect_problem(post("a+b", "m"), 400, 144, "+");
}

TEST_F(TopicsPathTest, QosAndRetainStandInTheQuery) {
  EXPECT_EQ(posted("").qos, 0);
  for (const int qos : {0, 1, 2}) EXPECT_EQ(posted("?qos=" + std::to_string(qos)).qos, qos);
  expect_success(post("kept?retain=true&qos=1", "m"));
  EXPECT_TRUE(retained("kept"));
  expect_success(post("fleeting?retain=false&qos=1", "m"));
  EXPECT_FALSE(retained("fleeting"));
}

TEST_F(TopicsPathTest, PutRetainsAndDeleteClears) {
  expect_success(http_.request("PUT", "/topics/state?qos=1", "on"));
  const auto kept = retained("state");
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->payload, "on");
  expect_success(http_.request("DELETE", "/topics/state?qos=1"));
  EXPECT_FALSE(retained("state"));
}

TEST_F(TopicsPathTest, EachPropertyStandsInTheQuery) {
  const ReceivedMessage message = posted(
      "?contentType=text%2Fplain&responseTopic=answers%2F1&payloadFormatIndicator=1"
      "&userProperty=b:1&userProperty=a:x%3Ay%3Az&userProperty=b:");
  const Properties expected{.payload_format_indicator = 1,
                            .content_type = "text/plain",
                            .response_topic = "answers/1",
                            .user_properties = {{"b", "1"}, {"a", "x:y:z"}, {"b", ""}}};
  EXPECT_EQ(message.properties, expected);
}

TEST_F(TopicsPathTest, TheExpiryStandsInTheQuery) {
  const auto left = posted("?messageExpiry=100").properties.message_expiry_interval;
  ASSERT_TRUE(left);
  EXPECT_LE(*left, 100U);
  EXPECT_GE(*left, 90U);
}

TEST_F(TopicsPathTest, AContentTypeThatAPersonSetBecomesTheMessages) {
  const Properties expected{.content_type = "image/png"};
  EXPECT_EQ(posted("", {{"Content-Type", "image/png"}}).properties, expected);
  EXPECT_EQ(posted("?contentType=image/png", {{"Content-Type", "text/plain"}}).properties, expected)
      << "the query is more outspoken";
}

TEST_F(TopicsPathTest, NothingIsAddedThatNobodySent) { EXPECT_EQ(posted("").properties, Properties{}); }

TEST_F(TopicsPathTest, TheFormTypeThatCurlSetsIsNotTheMessages) {
  const CurlResult result = curl({"-d", "21.5", bridge_.url("/topics/temperature")});
  EXPECT_EQ(result.status, 200) << result.content;
  const ReceivedMessage message = arrived("temperature");
  EXPECT_EQ(message.payload, "21.5");
  EXPECT_EQ(message.properties, Properties{});
}

}  // namespace
}  // namespace bridge::test
