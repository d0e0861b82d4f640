#include "response.h"

#include <gtest/gtest.h>

#include <regex>

#include "responder.h"

namespace bridge {
namespace {

TEST(ResponseTest, GoesOutInOnePiece) {
  const std::string wire = to_wire(json_response(200, "{}"), {});
  EXPECT_TRUE(std::regex_match(
      wire,
      std::regex(
          "HTTP/1\\.1 200 OK\r\nDate: [A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT\r\n"
          "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n\\{\\}")))
      << wire;
}

TEST(ResponseTest, SaysWhetherTheConnectionStays) {
  const Response response = json_response(200, "{}");
  EXPECT_NE(to_wire(response, {.keep_alive = false}).find("Connection: close\r\n"), std::string::npos);
  EXPECT_NE(to_wire(response, {.http_1_0 = true}).find("Connection: keep-alive\r\n"), std::string::npos);
  EXPECT_EQ(to_wire(response, {}).find("Connection"), std::string::npos);
}

TEST(ResponseTest, HasTheFieldsButNotTheContentForHead) {
  const std::string wire = to_wire(json_response(200, "{}"), {.head_only = true});
  EXPECT_NE(wire.find("Content-Length: 2\r\n"), std::string::npos);
  EXPECT_TRUE(wire.ends_with("\r\n\r\n"));
  EXPECT_EQ(to_wire({204, "", "", {}}, {}).find("Content-Length"), std::string::npos) << "RFC 9110, 8.6";
}

TEST(ResponderTest, AnswersOnce) {
  int answers = 0;
  const Responder responder([&](const Response&) { ++answers; });
  responder.complete(json_response(200, "{}"));
  responder.complete(json_response(200, "{}"));
  EXPECT_EQ(answers, 1);
}

TEST(ResponderTest, LeavesNoRequestWithoutAnAnswer) {
  int status = 0;
  {
    const Responder forgotten([&](const Response& response) { status = response.status; });
  }
  EXPECT_EQ(status, 500);
}

}  // namespace
}  // namespace bridge
