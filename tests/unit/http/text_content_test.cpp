#include "text_content.h"

#include <gtest/gtest.h>

#include "bridge/core/error.h"

namespace bridge {
namespace {

TEST(TextContentTest, SkipsOneByteOrderMarkAndSpace) {
  const TextContent marked("\xEF\xBB\xBF \n{}");
  EXPECT_EQ(marked.text, " \n{}");
  EXPECT_EQ(marked.before, 3U);
  EXPECT_EQ(marked.first, '{');
  EXPECT_EQ(TextContent("\xEF\xBB\xBF\xEF\xBB\xBF{}").first, '\xEF') << "a second one is content";
  EXPECT_TRUE(TextContent("").is_blank);
  EXPECT_TRUE(TextContent("\xEF\xBB\xBF \n").is_blank);
  EXPECT_FALSE(TextContent(std::string_view("\0", 1)).is_blank);
}

TEST(TextContentTest, KnowsWhatHasHappenedToAMessage) {
  const struct {
    const char* text;
    const char* words;
  } rows[] = {
      {R"([{"topic":"t","msg":"m"}])", "/publish/bulk"},
      {R"( "{\"topic\":\"t\",\"msg\":\"m\"}" )", "encoded twice"},
      {R"("[1]")", "encoded twice"},
      {R"("\"\\\"{}\\\"\"")", "encoded twice"},
      {R"('{"topic":"t","msg":"m"}')", "did the shell keep the quotes?"},
      {"'{topic:t,", "did the shell keep the quotes?"},
      {"{topic:t,msg:m}", "did the shell take them away?"},
      {"{'topic':'t'}", "double quotes"},
      {"{\"topic\":\"t\",\"msg\":\"m\"}\n{\"topic\":\"t\",\"msg\":\"m\"}\n", "application/x-ndjson"},
      {"{\"topic\":\"t\",\"msg\":\"m\"} \r\n {broken", "application/x-ndjson"},
      {"topic=t&msg=m", "application/x-www-form-urlencoded"},
  };
  for (const auto& row : rows)
    EXPECT_NE(likely_mistake(row.text, 64).find(row.words), std::string::npos)
        << row.text << " → " << likely_mistake(row.text, 64);
}

TEST(TextContentTest, GuessesNothingElse) {
  for (const char* text : {"", "{", "{}{}", "{} x", "[", "[1", "\"text\"", "\"{\"", "\"", "nonsense", "x=1",
                           "topic", R"({"topic":"t","msg":)"})
    EXPECT_EQ(likely_mistake(text, 64), "") << text;
}

TEST(TextContentTest, SaysWhereAParameterBelongs) {
  const auto refusal = [](const std::string& query) -> std::string {
    try {
      refuse_query(parse_request_head("POST /publish" + query + " HTTP/1.1\r\nHost: h\r\n\r\n", {}),
                   "/publish");
    } catch (const Error& error) {
      EXPECT_EQ(error.errc(), Errc::invalid_field);
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(refusal(""), "");
  EXPECT_EQ(refusal("?"), "");
  EXPECT_EQ(refusal("?qos=1&retain=true"),
            "qos: belongs into the JSON or form, not into the query of /publish");
  EXPECT_EQ(refusal("?messageExpiry"),
            "messageExpiry: belongs into the JSON or form, not into the query of /publish");
  EXPECT_EQ(refusal("?_=1"), "_: /publish takes no query parameters");
  EXPECT_EQ(refusal("?%1b[1m=1"), "\\x1b[1m: /publish takes no query parameters");
  EXPECT_LT(refusal("?" + std::string(1000, 'x') + "=1").size(), 150U);
}

}  // namespace
}  // namespace bridge
