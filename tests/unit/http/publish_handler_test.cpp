#include "publish_handler.h"

#include <gtest/gtest.h>

#include <string>

#include "bridge/core/error.h"
#include "fakes/recorded_budget.h"

namespace bridge {
namespace {

struct Outcome {
  Message message;
  Errc errc = Errc::internal;  // of a refusal
  std::string detail;
};

Outcome outcome_of(const std::string& target, const std::string& type, std::string content) {
  const std::string field = type.empty() ? "" : "Content-Type: " + type + "\r\n";
  const RequestHead head =
      parse_request_head("POST " + target + " HTTP/1.1\r\nHost: h\r\n" + field + "\r\n", {});
  const Responder responder([](const Response&) {});
  RecordedBudget budget;
  try {
    return {message_from_content(RequestContext{head, content, {}, responder, budget}, 64), Errc::internal,
            ""};
  } catch (const Error& error) {
    return {{}, error.errc(), error.what()};
  }
}

Outcome outcome_of(const std::string& type, const std::string& content) {
  return outcome_of("/publish", type, content);
}

const std::string form = "application/x-www-form-urlencoded";
const std::string message = R"({"topic":"t","msg":"m"})";
const Message taken_message{"t", "m", QoS::at_most_once, false, {}};

TEST(PublishHandlerTest, SkipsAByteOrderMark) {
  for (const std::string& type : {std::string(), std::string("application/json"), form})
    EXPECT_EQ(outcome_of(type, "\xEF\xBB\xBF" + message).message, taken_message) << type;
  EXPECT_EQ(outcome_of(form, "\xEF\xBB\xBFtopic=t&msg=m").message, taken_message);
  EXPECT_EQ(outcome_of("", "\xEF\xBB\xBF{\"topic\":x}").detail,
            "the content is not valid JSON: look near byte 13")
      << "bytes are counted as they were sent";
}

TEST(PublishHandlerTest, KnowsTextThatIsMeantAsJsonUnderAnyType) {
  for (const std::string& type : {form, std::string("application/json"), std::string()}) {
    for (const auto& [content, words] : std::vector<std::pair<std::string, std::string>>{
             {"[" + message + "]", "/publish/bulk"},
             {R"("{\"topic\":\"t\",\"msg\":\"m\"}")", "it was encoded twice"},
             {"'" + message + "'", "did the shell keep the quotes?"},
             {message + "\n" + message, "application/x-ndjson"}}) {
      const Outcome outcome = outcome_of(type, content);
      EXPECT_EQ(outcome.errc, Errc::malformed_content);
      EXPECT_NE(outcome.detail.find(words), std::string::npos) << type << outcome.detail;
    }
  }
}

TEST(PublishHandlerTest, WantsUtf8) {
  const std::string latin1 = "{\"topic\":\"t\",\"msg\":\"gr\xFC\xDF\"}";
  EXPECT_EQ(outcome_of("", latin1).detail, "the content is not valid JSON: byte 23 is not UTF-8");
  EXPECT_EQ(outcome_of(form, "topic=t&msg=gr\xFC\xDF").detail,
            "the content is not a form: byte 15 is not UTF-8");
  for (const auto& [type, content] : std::vector<std::pair<std::string, std::string>>{
           {"application/json", latin1}, {form, "topic=t&msg=\xC3\xBC"}}) {
    const Outcome outcome = outcome_of(type + "; charset=ISO-8859-1", content);
    EXPECT_EQ(outcome.errc, Errc::unsupported_encoding);
    EXPECT_EQ(outcome.detail, "Content-Type: charset must be UTF-8");
  }
  EXPECT_EQ(outcome_of("application/json; charset=ISO-8859-1", message).message, taken_message)
      << "it is ASCII";
  EXPECT_EQ(outcome_of(form, "topic=t&msg=%FC").message.payload, "\xFC") << "what is escaped may be any byte";
}

TEST(PublishHandlerTest, TakesMultipartFormsAndNoOtherMultipart) {
  const std::string content =
      "--b\r\nContent-Disposition: form-data; name=topic\r\n\r\nt\r\n"
      "--b\r\nContent-Disposition: form-data; name=msg\r\n\r\nm\r\n--b--\r\n";
  EXPECT_EQ(outcome_of("multipart/form-data; boundary=b", content).message, taken_message);
  EXPECT_EQ(outcome_of("multipart/form-data", content).errc, Errc::malformed_content);
  EXPECT_EQ(outcome_of("multipart/mixed; boundary=b", content).errc, Errc::unsupported_encoding);
  EXPECT_EQ(outcome_of("Multipart/related; boundary=b", content).errc, Errc::unsupported_encoding);
  EXPECT_EQ(outcome_of("multipart/mixed; boundary=b", message).message, taken_message) << "JSON is JSON";
}

TEST(PublishHandlerTest, TakesNoQuery) {
  EXPECT_EQ(outcome_of("/publish?qos=1", "", message).detail,
            "qos: belongs into the JSON or form, not into the query of /publish");
  EXPECT_EQ(outcome_of("/publish?", "", message).message, taken_message);
}

TEST(PublishHandlerTest, ReadsAMessageFromTheQueryOfGet) {
  const auto from_get = [](const std::string& query, const std::string& fields) -> Outcome {
    const RequestHead head =
        parse_request_head("GET /publish" + query + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n", {});
    std::string content;
    const Responder responder([](const Response&) {});
    RecordedBudget budget;
    try {
      return {message_from_get(RequestContext{head, content, {}, responder, budget}), Errc::internal, ""};
    } catch (const Error& error) {
      return {{}, error.errc(), error.what()};
    }
  };
  EXPECT_EQ(from_get("?topic=a%2Fb&msg=x+y&qos=1&retain=on", "").message,
            (Message{"a/b", "x y", QoS::at_least_once, true, {}}));
  EXPECT_EQ(from_get("", "").detail, "topic: is missing");
  EXPECT_EQ(from_get("?topic=t&msg=m", "Sec-Fetch-Site: none\r\n").message, taken_message);
  EXPECT_EQ(from_get("?topic=t&msg=m", "Sec-Fetch-Site: same-origin\r\n").message, taken_message);
  for (const char* site : {"cross-site", "same-site"})
    EXPECT_EQ(from_get("?topic=t&msg=m", "Sec-Fetch-Site: " + std::string(site) + "\r\n").errc,
              Errc::foreign_origin)
        << site;
  EXPECT_EQ(from_get("?topic=t&msg=m", "Sec-Purpose: prefetch\r\n").errc, Errc::foreign_origin);
}

}  // namespace
}  // namespace bridge
