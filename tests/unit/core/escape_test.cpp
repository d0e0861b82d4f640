#include "bridge/core/escape.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace bridge {
namespace {

TEST(EscapeTest, LeavesTextAsItIs) {
  EXPECT_EQ(escape_line("hello"), "hello");
  EXPECT_EQ(escape_line(R"({"a":"x\"y"})"), R"({"a":"x\"y"})") << "JSON stays readable";
  EXPECT_EQ(escape_line("grüße 😀"), "grüße 😀");
}

TEST(EscapeTest, LetsNothingActOnATerminal) {
  EXPECT_EQ(escape_line("a\nb\rc\td"), R"(a\nb\rc\td)");
  EXPECT_EQ(escape_line("\x1b[31mred\x1b[0m"), R"(\x1b[31mred\x1b[0m)");
  EXPECT_EQ(escape_line(std::string("\0\x07\x7f", 3)), R"(\x00\x07\x7f)");
  EXPECT_EQ(escape_line("\xC2\x9B"), R"(\xc2\x9b)") << "CSI of C1";
  EXPECT_EQ(escape_line("\xE2\x80\xA8"), R"(\xe2\x80\xa8)") << "line separator";
}

TEST(EscapeTest, ShowsBytesThatAreNotUtf8) {
  EXPECT_EQ(escape_line("a\xFFz"), R"(a\xffz)");
  EXPECT_EQ(escape_line("\xED\xA0\x80"), R"(\xed\xa0\x80)");
  EXPECT_EQ(escape_line("\xC3"), R"(\xc3)");
}

TEST(EscapeTest, CutsAtACharacterAndNamesTheSize) {
  EXPECT_EQ(escape_line("abcdef", 6), "abcdef");
  EXPECT_EQ(escape_line("abcdefg", 6), "abcdef... [7 bytes]");
  EXPECT_EQ(escape_line("aä", 2), "a... [3 bytes]") << "half a character is not shown";
}

TEST(EscapeTest, NoByteOfAnyInputBreaksTheLine) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  const std::string line = escape_line(every_byte);
  EXPECT_TRUE(std::all_of(line.begin(), line.end(), [](char c) { return c >= 0x20 && c != 0x7F; }));
}

}  // namespace
}  // namespace bridge
