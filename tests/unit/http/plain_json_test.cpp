#include "plain_json.h"

#include <gtest/gtest.h>

#include <string>

#include "bridge/core/error.h"

namespace bridge {
namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

Members pairs_of(const std::vector<JsonMember>& members) {
  Members pairs;
  for (const JsonMember& member : members) pairs.emplace_back(member.name, member.value);
  return pairs;
}

/// The members that the complete parser finds; empty if it refuses the text.
std::optional<Members> thorough(const std::string& text) {
  try {
    check_json(text, 64);
    if (text.find('{') != text.find_first_not_of(" \t\r\n")) return std::nullopt;
    std::vector<JsonMember> members;
    JsonMembers reader(text);
    while (auto member = reader.next()) members.push_back(*std::move(member));
    return pairs_of(members);
  } catch (const Error&) {
    return std::nullopt;
  }
}

TEST(PlainJsonTest, TakesMessagesAsTheyUsuallyAre) {
  for (const std::string text :
       {R"({"topic":"a/b","msg":"hello","qos":1})", R"( { "topic" : "t" , "msg" : 21 , "retain":true } )",
        R"({"topic":"größe","msg":"日本 😀","retain":false})", R"({"":"","msg":0})"}) {
    const auto members = plain_json_members(text);
    ASSERT_TRUE(members) << text;
    EXPECT_EQ(pairs_of(*members), thorough(text)) << text;
  }
}

TEST(PlainJsonTest, LeavesToTheParserWhatIsNotPlain) {
  for (const std::string text :
       {R"({"a":"\n"})", R"({"a":{}})", R"({"a":[1]})", R"({"a":1.0})", R"({"a":-1})", R"({"a":1e3})",
        R"({"a":null})", R"({"a":1,"a":2})", R"({"a":1234567890})", R"({})", R"([])", R"("a")",
        R"({"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1})"})
    EXPECT_FALSE(plain_json_members(text)) << text;
}

TEST(PlainJsonTest, TakesNothingThatTheParserRefuses) {
  for (const std::string text :
       {R"()", R"({)", R"({"a")", R"({"a":)", R"({"a":1)", R"({"a":1,})", R"({"a":01})", R"({"a":1}x)",
        R"({"a":tru})", R"({"a":truex})", R"({"a":1 2})", R"({a:1})", R"({"a":"b)", R"({"a" "b"})",
        R"({,"a":1})", R"({"a":'b'})"})
    EXPECT_FALSE(plain_json_members(text)) << text;
  EXPECT_FALSE(plain_json_members(std::string("{\"a\":\"\x01\"}")));
  EXPECT_FALSE(plain_json_members(std::string("{\"a\":\"\xC0\x80\"}")));
  EXPECT_FALSE(plain_json_members(std::string("{\"a\":\"\xED\xA0\x80\"}")));
  EXPECT_FALSE(plain_json_members(std::string("{\"a\":\"\xF0\x9F\"}")));
  EXPECT_FALSE(plain_json_members(std::string("{\"a\":1}\0", 8)));
  EXPECT_FALSE(plain_json_members(std::string("\xEF\xBB\xBF{\"a\":1}")));
}

TEST(PlainJsonTest, AgreesWithTheParserOnEveryChangedByte) {
  const std::string text = R"({"topic":"t","msg":"m1", "qos":10,"retain":true})";
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = text;
      changed[at] = static_cast<char>(byte);
      const auto members = plain_json_members(changed);
      if (members) {
        EXPECT_EQ(pairs_of(*members), thorough(changed));
      }
    }
  }
}

TEST(PlainJsonTest, ReadsWholeNumbersOfFewDigits) {
  EXPECT_EQ(plain_json_number("0"), 0);
  EXPECT_EQ(plain_json_number("999999999"), 999999999);
  for (const char* text : {"", "00", "01", "1000000000", "-1", "1.", "1e1", "+1", " 1", "1 ", "x"})
    EXPECT_FALSE(plain_json_number(text)) << text;
}

}  // namespace
}  // namespace bridge
