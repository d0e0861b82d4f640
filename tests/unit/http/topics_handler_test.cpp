#include "topics_handler.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "bridge/core/error.h"
#include "fakes/manual_clock.h"
#include "fakes/manual_executor.h"
#include "fakes/recorded_budget.h"
#include "fakes/scripted_session.h"

namespace bridge {
namespace {

class TopicsHandlerTest : public testing::Test {
 protected:
  TopicsHandlerTest() { publisher.on_connected({}); }

  /// @return the detail of a refusal; empty if it is taken.
  std::string request(const std::string& method, const std::string& query, const std::string& fields = "",
                      std::string content = "m", const std::string& framing = "Content-Length: 1") {
    const std::string text =
        method + " /topics/t" + query + " HTTP/1.1\r\nHost: h\r\n" + framing + "\r\n" + fields + "\r\n";
    const RequestHead head = parse_request_head(text, {});
    const Responder responder([&](Response given) { response = std::move(given); });
    RequestContext context{head, content, "t", responder, budget};
    try {
      publish_to_topic(context, publishing, settings.http);
    } catch (const Error& error) {
      return error.what();
    }
    publisher.on_turn(clock.now());
    for (const auto& each : session.sent) sent = each.message;
    publisher.on_published(session.accept_all());
    return "";
  }

  Settings settings;
  ManualClock clock;
  Counters counters;
  ScriptedSession session;
  RecordedBudget budget;
  std::optional<Response> response;
  std::optional<Message> sent;
  RepeatedRequests repeats{clock, counters};
  ManualExecutor loop;
  Publisher publisher{settings, session, loop, clock, counters};  // behind what it tells when it ends
  Publishing publishing{publisher, repeats, std::chrono::seconds(5)};
};

using Properties = std::vector<UserProperty>;

TEST_F(TopicsHandlerTest, TheContentOfDeleteMeansNothing) {
  EXPECT_EQ(request("DELETE", "", "Content-Type: application/json\r\n", "{}"), "");
  EXPECT_EQ(sent, (Message{"t", "", QoS::at_most_once, true, {}}));
}

TEST_F(TopicsHandlerTest, AStreamWithoutAByteClearsNothing) {
  const std::string chunked = "Transfer-Encoding: chunked";
  for (const char* method : {"PUT", "POST"}) {
    const std::string detail = request(method, "", "", "", chunked);
    EXPECT_TRUE(detail.starts_with("content: ") && detail.find("use DELETE") != std::string::npos) << detail;
  }
  EXPECT_FALSE(sent);
  EXPECT_EQ(request("PUT", "", "", "m", chunked), "");
  EXPECT_EQ(request("DELETE", "", "", "", chunked), "");
  EXPECT_EQ(request("PUT", "", "", "", "Content-Length: 0"), "");
  EXPECT_EQ(sent, (Message{"t", "", QoS::at_most_once, true, {}})) << "this is outspoken";
}

TEST_F(TopicsHandlerTest, DefaultTypesOfLibrariesAreNotTheMessages) {
  for (const char* type :
       {"application/x-www-form-urlencoded", "application/octet-stream", "Application/Octet-Stream; x=y"}) {
    EXPECT_EQ(request("POST", "", "Content-Type: " + std::string(type) + "\r\n"), "");
    EXPECT_EQ(sent->properties, MessageProperties{}) << type;
  }
  EXPECT_EQ(request("POST", "?contentType=application/octet-stream"), "");
  EXPECT_EQ(sent->properties.content_type, "application/octet-stream") << "this is outspoken";
}

TEST_F(TopicsHandlerTest, ACloudEventKeepsItsContentType) {
  settings.http.user_property_fields = {"ce-*"};
  const std::string type = "Content-Type: application/octet-stream\r\n";
  EXPECT_EQ(request("POST", "", type + "ce-specversion: 1.0\r\nce-id: 7\r\n"), "");
  EXPECT_EQ(sent->properties.content_type, "application/octet-stream");
  EXPECT_EQ(sent->properties.user_properties, (Properties{{"specversion", "1.0"}, {"id", "7"}}));
}

TEST_F(TopicsHandlerTest, AnswersAnEmptyArrayIfAsked) {
  EXPECT_EQ(request("POST", "?respond=empty&qos=1"), "");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->content_type, "application/json");
  EXPECT_EQ(response->content, "[]");
  EXPECT_EQ(request("POST", "?respond=full"), "respond: must be empty, or not be given");
}

TEST_F(TopicsHandlerTest, WhatIsNotKnownNamesTheSettings) {
  for (const char* query : {"?event=up", "?event"}) {
    const std::string detail = request("POST", query);
    EXPECT_TRUE(detail.starts_with("event: is not a known parameter")) << detail;
    EXPECT_NE(detail.find("http.passthrough_query"), std::string::npos) << detail;
  }
  EXPECT_LT(request("POST", "?" + std::string(1000, 'x') + "=1").size(), 200U);
}

TEST_F(TopicsHandlerTest, ForeignParametersGoAlongInTheirOrder) {
  settings.http.passthrough_query = {"event", "b c"};
  settings.http.ignored_query = {"u", "d"};
  EXPECT_EQ(request("POST", "?u=&event=up&userProperty=a:1&b+c=%C3%BC&event&qos=1&d"), "");
  EXPECT_EQ(sent->properties.user_properties,
            (Properties{{"event", "up"}, {"a", "1"}, {"b c", "\xC3\xBC"}, {"event", ""}}));
  EXPECT_EQ(sent->qos, QoS::at_least_once);
  EXPECT_TRUE(request("POST", "?other=1").starts_with("other: "));
}

TEST_F(TopicsHandlerTest, ANamedParameterGoesBeforeAll) {
  settings.http.passthrough_query = {"*"};
  settings.http.ignored_query = {"u"};
  EXPECT_EQ(request("POST", "?u=1&v=2&retain=true"), "");
  EXPECT_EQ(sent->properties.user_properties, (Properties{{"v", "2"}}))
      << "nor is the bridge's own retain one";
  EXPECT_TRUE(sent->retain);
  settings.http.passthrough_query = {"v"};
  settings.http.ignored_query = {"*"};
  EXPECT_EQ(request("POST", "?u=1&v=2"), "");
  EXPECT_EQ(sent->properties.user_properties, (Properties{{"v", "2"}}));
}

TEST_F(TopicsHandlerTest, NamesAFieldAsItsCallerWroteIt) {
  settings.http.passthrough_query = {"ev"};
  const struct {
    const char* query;
    const char* beginning;
  } rows[] = {
      {"?responseTopic=a/%2B", "responseTopic: "},
      {"?contentType=%00", "contentType: "},
      {"?userProperty=a:%FF", "userProperty: "},
      {"?payloadFormatIndicator=1", "payloadFormatIndicator: "},
      {"?messageExpiry=x", "messageExpiry: "},
      {"?ev=%FF", "ev: is not well-formed UTF-8"},
      {"?qos=3", "qos: "},
      {"?qos", "qos: "},
      {"?contentType", "each part between '&' must be name=value"},
      {"?retain=yes", "retain: "},
      {"?qos=1&qos=1", "qos: must not be given twice"},
  };
  for (const auto& row : rows) {
    const std::string detail = request("POST", row.query, "", "\xFF");
    EXPECT_TRUE(detail.starts_with(row.beginning)) << row.query << " → " << detail;
  }
  const std::string detail = request("POST", "", "Content-Type: \xFF\r\n");
  EXPECT_TRUE(detail.starts_with("Content-Type: ")) << detail;
}

}  // namespace
}  // namespace bridge
