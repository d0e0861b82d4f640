#include "json_text.h"

#include <gtest/gtest.h>

#include "bridge/core/error.h"

namespace bridge {
namespace {

std::string detail_of(std::string_view text, std::size_t before = 0) {
  try {
    check_json(text, 64, before);
  } catch (const Error& error) {
    EXPECT_EQ(error.errc(), Errc::malformed_content);
    return error.what();
  }
  return "";
}

TEST(JsonTextTest, TellsThePlaceFromTheFirstByteOn) {
  EXPECT_EQ(detail_of(R"({"a":x})"), "the content is not valid JSON: look near byte 6");
  EXPECT_EQ(detail_of("{\"a\":\"\xE4\"}"), "the content is not valid JSON: byte 7 is not UTF-8");
  EXPECT_EQ(detail_of(R"({"a":)"), "the JSON ends too early, after 5 bytes (Content-Length counts bytes)");
  EXPECT_EQ(detail_of(std::string("1\0", 2)), "the content is not valid JSON: it has a NUL at byte 2");
  EXPECT_EQ(detail_of("x", 3), "the content is not valid JSON: look near byte 4")
      << "what stood in front counts";
  EXPECT_EQ(detail_of("[", 3), "the JSON ends too early, after 4 bytes (Content-Length counts bytes)");
}

TEST(JsonTextTest, KnowsWholeNumbersHoweverTheyAreWritten) {
  const struct {
    const char* text;
    std::optional<long long> value;
  } rows[] = {{"0", 0},
              {"-0.0e5", 0},
              {"1", 1},
              {"1.0", 1},
              {"1e0", 1},
              {"10e-1", 1},
              {"0.2E+1", 2},
              {"-1.0", -1},
              {"4294967295.000", 4294967295},
              {"42949672950e-1", 4294967295},
              {"0.0000000000000000000001e22", 1},
              {"999999999999999999", 999999999999999999},
              {"1.5", std::nullopt},
              {"1e-1", std::nullopt},
              {"1000000000000000000", std::nullopt},
              {"1e400", std::nullopt},
              {"1e99999999999999999999", std::nullopt},
              {"1e-99999999999999999999", std::nullopt},
              {"0e99999999999999999999", 0}};
  for (const auto& row : rows) EXPECT_EQ(json_whole_number(row.text), row.value) << row.text;
}

TEST(JsonTextTest, DecodesStrings) {
  EXPECT_EQ(json_string(R"("plain")"), "plain");
  EXPECT_EQ(json_string(R"("")"), "");
  EXPECT_EQ(json_string(R"("\"\\\/\b\f\n\r\tx")"), "\"\\/\b\f\n\r\tx");
  EXPECT_EQ(json_string(R"("\u0041\u00E9\u20ac\uD83D\uDE00\u0000.")"),
            std::string("A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\0.", 12));
}

TEST(JsonTextTest, StopsWhereItIsTold) {
  EXPECT_EQ(json_items("[1, [2,2] ,\"]\",4]", 9),
            (std::vector<std::string_view>{"1", "[2,2]", "\"]\"", "4"}));
  EXPECT_EQ(json_items("[1,2,3]", 2).size(), 2U);
  JsonMembers members(R"( {"a" : {"b":1} ,"\u0063":[]})");
  const auto first = members.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->name, "a");
  EXPECT_EQ(first->value, R"({"b":1})");
  EXPECT_EQ(members.next()->name, "c");
  EXPECT_FALSE(members.next());
  EXPECT_FALSE(JsonMembers("{ }").next());
}

}  // namespace
}  // namespace bridge
