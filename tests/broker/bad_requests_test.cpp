// Bad requests: the answer names each fault, nobody else is disturbed, and nothing is sent.

#include "bad_requests.h"

#include <gtest/gtest.h>

#include "bridge_fixture.h"
#include "problem.h"

namespace bridge::test {
namespace {

class BadRequestsTest : public BridgeTest {
 protected:
  void expect_refusals(const std::vector<BadRequest>& requests) {
    for (const BadRequest& bad : requests) {
      SCOPED_TRACE(bad.why.substr(0, 100));
      const HttpResponse response = http_.request(bad.method, bad.target, bad.content, bad.fields);
      expect_problem(response, bad.status, bad.code, bad.detail_part);
      expect_nothing_private(response);
    }
    expect_no_harm();
  }

  static void expect_nothing_private(const HttpResponse& response) {
    for (const std::string& part : {private_word, std::string("exception"), std::string("what()"),
                                    std::string("/src/"), std::string("nlohmann")}) {
      EXPECT_EQ(response.content.find(part), std::string::npos) << response.content;
    }
  }

  /// The next good request succeeds, nothing else was sent, and the broker still knows the first connection.
  void expect_no_harm() {
    expect_success(http_.post_json("/publish", {{"topic", "good"}, {"msg", "m"}, {"qos", 1}}));
    arrived("good");
    EXPECT_EQ(probe_.count(), 1U) << "something that was refused has been sent";
    // its line may be read after the message has come
    eventually(within(soon), [this] { return broker_.connections_of("bridge-under-test") >= 1; });
    EXPECT_EQ(broker_.connections_of("bridge-under-test"), 1U);
    EXPECT_EQ(broker_.ends_of("bridge-under-test"), 0U);
  }
};

TEST_F(BadRequestsTest, WhatIsNotOneJsonObjectIsRefused) { expect_refusals(bad_json()); }

TEST_F(BadRequestsTest, AFieldThatIsWrongIsNamed) { expect_refusals(bad_fields()); }

TEST_F(BadRequestsTest, ATopicThatIsNoTopicNameIsRefused) { expect_refusals(bad_topics()); }

TEST_F(BadRequestsTest, AFormThatIsWrongIsRefused) { expect_refusals(bad_forms()); }

TEST_F(BadRequestsTest, APathOrQueryThatIsWrongIsRefused) { expect_refusals(bad_paths()); }

TEST_F(BadRequestsTest, AnUnknownPathOrMethodIsRefused) { expect_refusals(bad_routes()); }

TEST_F(BadRequestsTest, AMethodThatIsNotAllowedIsToldWhichAre) {
  for (const char* target : {"/publish", "/publish/bulk"}) {
    const std::string allowed = http_.get(target).field("Allow");
    EXPECT_NE(allowed.find("POST"), std::string::npos) << allowed;
    EXPECT_EQ(allowed.find("GET"), std::string::npos) << allowed;
  }
  const std::string allowed = http_.request("PATCH", "/topics/t").field("Allow");
  for (const char* method : {"POST", "PUT", "DELETE"}) {
    EXPECT_NE(allowed.find(method), std::string::npos) << allowed;
  }
  EXPECT_NE(http_.request("POST", "/healthz").field("Allow").find("GET"), std::string::npos);
  EXPECT_NE(http_.request("POST", "/subscriptions").field("Allow").find("GET"), std::string::npos);
}

TEST_F(BadRequestsTest, AMethodThatNobodyKnowsIsRefused) {
  for (const char* method : {"PATCH", "TRACE", "PROPFIND", "publish"}) {
    const HttpResponse response = http_.request(method, "/publish");
    EXPECT_GE(response.status, 400) << method;
    EXPECT_LE(response.status, 501) << method;
    EXPECT_NE(response.status, 500) << method;
  }
  expect_no_harm();
}

TEST_F(BadRequestsTest, TooLargeIsSaidBeforeTheContentIsSent) {
  for (const char* target : {"/publish", "/publish/bulk", "/topics/t"}) {
    HttpClient client = bridge_.http();
    client.send_raw("POST " + std::string(target) + " HTTP/1.1\r\nHost: 127.0.0.1:" +
                    std::to_string(bridge_.port()) + "\r\nContent-Length: 1048577\r\n\r\n");
    expect_problem(client.receive_response(within(std::chrono::seconds(2))), 413, 149);
  }
  expect_no_harm();
}

TEST_F(BadRequestsTest, TooLargeInChunksIsRefused) {
  HttpClient client = bridge_.http();
  std::string request = "POST /topics/t HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(bridge_.port()) +
                        "\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int chunk = 0; chunk < 16; ++chunk) request += "10000\r\n" + std::string(65536, 'c') + "\r\n";
  client.send_raw(request + "1\r\nc\r\n0\r\n\r\n");
  expect_problem(client.receive_response(within(soon)), 413, 149);
  expect_no_harm();
}

TEST_F(BadRequestsTest, AContentOfExactlyMaxBodyIsTaken) {
  expect_success(http_.request("POST", "/topics/full?qos=1", std::string(1048576, 'c')));
  EXPECT_EQ(arrived("full").payload.size(), 1048576U);
}

TEST_F(BadRequestsTest, ChunksAreTakenAsOneContent) {
  HttpClient client = bridge_.http();
  client.send_raw("POST /topics/chunked HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(bridge_.port()) +
                  "\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
  expect_success(client.receive_response(within(soon)));
  EXPECT_EQ(arrived("chunked").payload, "abcdefg");
}

}  // namespace
}  // namespace bridge::test
