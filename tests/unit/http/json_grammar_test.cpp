#include "json_grammar.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace bridge {
namespace {

using Kind = JsonFault::Kind;
using nlohmann::json;

/// Takes what nlohmann-json takes, and numbers that are too large for a double, which are JSON, too.
class AnyNumber : public nlohmann::json_sax<json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const json::exception&) override { return false; }
};

bool nlohmann_takes(const std::string& text) {
  AnyNumber all;
  return json::sax_parse(text, &all);
}

JsonFault fault_of(std::string_view text, std::size_t max_depth = 64) {
  const auto fault = json_fault(text, max_depth);
  EXPECT_TRUE(fault) << "was taken: " << text;
  return fault.value_or(JsonFault{});
}

TEST(JsonGrammarTest, TakesEveryKindOfValue) {
  for (const std::string text : {"0",
                                 "-0",
                                 "-0.0e-0",
                                 "10",
                                 "1.5",
                                 "1E+5",
                                 "1e400",
                                 "-1e-400",
                                 "true",
                                 "false",
                                 "null",
                                 R"("")",
                                 R"("\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00")",
                                 "[]",
                                 "{}",
                                 " [ ] ",
                                 "[[],{}]",
                                 R"({"":{"":[1 , 2]}})",
                                 "\"\xC3\xA9\xF0\x9F\x98\x80\x7F\"",
                                 "\t\r\n 1\n"})
    EXPECT_FALSE(json_fault(text, 64)) << text;
  EXPECT_FALSE(json_fault(std::string(1000000, '9'), 64)) << "a number of a million digits";
}

TEST(JsonGrammarTest, SaysWhereATextStopsBeingJson) {
  const struct {
    std::string text;
    Kind kind;
    std::size_t at;
  } rows[] = {
      {"", Kind::ends_early, 0},
      {" \n", Kind::ends_early, 2},
      {R"({"a":)", Kind::ends_early, 5},
      {R"({"a":1)", Kind::ends_early, 6},
      {R"({"a)", Kind::ends_early, 3},
      {"\"\\u00", Kind::ends_early, 5},
      {"\"a\\", Kind::ends_early, 3},
      {"tru", Kind::ends_early, 3},
      {"-", Kind::ends_early, 1},
      {"1.", Kind::ends_early, 2},
      {"1e", Kind::ends_early, 2},
      {"[1,", Kind::ends_early, 3},
      {"\"gr\xC3", Kind::ends_early, 3},
      {"\"\xF0\x9F\x98", Kind::ends_early, 1},
      {"\"gr\xFC\xDF\"", Kind::not_utf8, 3},
      {"\"\xC3\"", Kind::not_utf8, 1},
      {"\"\xED\xA0\x80\"", Kind::not_utf8, 1},
      {"\"\xC0\x80\"", Kind::not_utf8, 1},
      {"\xFF\xFE[", Kind::not_utf8, 0},
      {"\xC2\xA0"
       "1",
       Kind::syntax, 0},
      {"[1,]", Kind::syntax, 3},
      {"{,}", Kind::syntax, 1},
      {R"({"a":1,})", Kind::syntax, 7},
      {R"({"a" 1})", Kind::syntax, 5},
      {"[1 2]", Kind::syntax, 3},
      {"[1}", Kind::syntax, 2},
      {"{'a':1}", Kind::syntax, 1},
      {"01", Kind::trailing, 1},
      {"+1", Kind::syntax, 0},
      {".5", Kind::syntax, 0},
      {"1.e5", Kind::syntax, 2},
      {"NaN", Kind::syntax, 0},
      {"trux", Kind::syntax, 3},
      {"\"\t\"", Kind::syntax, 1},
      {R"("\x")", Kind::syntax, 2},
      {R"("\uD800")", Kind::syntax, 7},
      {R"("\uDC00")", Kind::syntax, 2},
      {R"("\uD800\u0041")", Kind::syntax, 2},
      {R"("\uD800x")", Kind::syntax, 7},
      {"{}{}", Kind::trailing, 2},
      {"1 x", Kind::trailing, 2},
      {std::string("1\0", 2), Kind::trailing, 1},
  };
  for (const auto& row : rows) {
    const JsonFault fault = fault_of(row.text);
    EXPECT_EQ(fault.kind, row.kind) << row.text;
    EXPECT_EQ(fault.at, row.at) << row.text;
  }
}

TEST(JsonGrammarTest, BoundsTheDepth) {
  EXPECT_FALSE(json_fault("[[{}]]", 3));
  EXPECT_EQ(fault_of("[[{}]]", 2).kind, Kind::too_deep);
  EXPECT_EQ(fault_of("[[{}]]", 2).at, 2U);
  EXPECT_FALSE(json_fault("[[],[],{}]", 2)) << "beside each other they are not deep";
}

/// Every byte of a text changed, and left out: the verdict is that of nlohmann-json.
TEST(JsonGrammarTest, AgreesWithAnotherParser) {
  const std::string text =
      "{\"a\\n\\u00e9\\ud83d\\ude00\":[1,-2.5e+1,true,false,null,{}],\"\xC3\xA9\xE2\x82\xAC\":[[],0.1]}";
  ASSERT_FALSE(json_fault(text, 64));
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int byte = 1; byte < 256; ++byte) {  // nlohmann-json takes a NUL for the end
      std::string changed = text;
      changed[at] = static_cast<char>(byte);
      EXPECT_EQ(!json_fault(changed, 64), nlohmann_takes(changed)) << at << " is " << byte;
    }
    std::string shorter = text;
    shorter.erase(at, 1);
    EXPECT_EQ(!json_fault(shorter, 64), nlohmann_takes(shorter)) << "without " << at;
    EXPECT_EQ(fault_of(text.substr(0, at)).kind, Kind::ends_early) << "cut at " << at;
  }
}

}  // namespace
}  // namespace bridge
