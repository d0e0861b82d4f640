#include "response.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "problem.h"
#include "responder.h"

namespace bridge {
namespace {

TEST(ResponseTest, GoesOutInOnePiece) {
  const std::string wire = to_wire(json_response(200, "{}"), {});
  EXPECT_TRUE(std::regex_match(
      wire,
      std::regex(
          "HTTP/1\\.1 200 OK\r\nDate: [A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT\r\n"
          "Cache-Control: no-store\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n\\{\\}")))
      << wire;
}

TEST(ResponseTest, SaysWhetherTheConnectionStays) {
  const Response response = json_response(200, "{}");
  EXPECT_NE(to_wire(response, {.keep_alive = false}).find("Connection: close\r\n"), std::string::npos);
  EXPECT_NE(to_wire(response, {.http_1_0 = true}).find("Connection: keep-alive\r\n"), std::string::npos);
  EXPECT_EQ(to_wire(response, {}).find("Connection"), std::string::npos);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(ResponseTest, IsKeptByNoCacheUnlessItsHandlerSaysOtherwise) {
  for (const int status : {200, 204, 400, 404, 405, 413, 503})
    EXPECT_EQ(count(to_wire({status, "", "", {}}, {}), "\r\nCache-Control: no-store\r\n"), 1U) << status;
  const std::string own = to_wire({200, "", "", {{"cache-control", "max-age=60"}}}, {});
  EXPECT_EQ(count(own, "\r\ncache-control: max-age=60\r\n"), 1U);
  EXPECT_EQ(count(own, "no-store"), 0U);
}

TEST(ResponseTest, HasTheFieldsButNotTheContentForHead) {
  const std::string wire = to_wire(json_response(200, "{}"), {.head_only = true});
  EXPECT_NE(wire.find("Content-Length: 2\r\n"), std::string::npos);
  EXPECT_TRUE(wire.ends_with("\r\n\r\n"));
  EXPECT_EQ(to_wire({204, "", "", {}}, {}).find("Content-Length"), std::string::npos) << "RFC 9110, 8.6";
}

std::string phrase_of(int status) {
  const std::string wire = to_wire({status, "", "", {}}, {});
  const std::string before = "HTTP/1.1 " + std::to_string(status) + " ";
  EXPECT_TRUE(wire.starts_with(before)) << wire;
  return wire.substr(before.size(), wire.find('\r') - before.size());
}

TEST(ResponseTest, HasThePhraseOfEachStatus) {
  EXPECT_EQ(phrase_of(409), "Conflict");
  EXPECT_EQ(phrase_of(422), "Unprocessable Content");
  EXPECT_EQ(phrase_of(429), "Too Many Requests");
  EXPECT_EQ(phrase_of(599), "") << "none rather than that of another";
  std::set<int> statuses = {200, 202, 204, 207};
  for (int errc = 0; errc <= static_cast<int>(Errc::internal); ++errc)
    statuses.insert(problem_of(static_cast<Errc>(errc)).status);
  std::set<std::string> phrases;
  for (const int status : statuses) {
    EXPECT_NE(phrase_of(status), "") << status;
    EXPECT_TRUE(phrases.insert(phrase_of(status)).second) << status;
  }
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
