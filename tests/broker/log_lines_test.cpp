// Each message that arrives is one clean line, whatever its bytes.

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "bridge_fixture.h"

namespace bridge::test {
namespace {

const std::string announcement = "Received message on topic: ";

bool is_clean(const std::string& line) {
  const bool no_controls = std::none_of(line.begin(), line.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
  const bool no_c1 = [&] {
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      if (line[i] == '\xc2' && static_cast<unsigned char>(line[i + 1]) < 0xa0) return false;
    }
    return true;
  }();
  return no_controls && no_c1;
}

class LogLinesTest : public BridgeTest {
 protected:
  using BridgeTest::BridgeTest;

  /// The line that says that `payload` was received, from the announcement on.
  std::string logged(const std::string& payload) {
    const std::size_t before = bridge_.output().size();
    probe_.publish("django/mqtt", payload, 1);
    const auto line = bridge_.output().wait_for_line(announcement, within(soon), before);
    if (!line) {
      ADD_FAILURE() << "no line";
      return {};
    }
    return line->text.substr(line->text.find(announcement));
  }

  void TearDown() override {
    for (const Line& line : bridge_.output().lines())
      EXPECT_TRUE(is_clean(line.text)) << line.text.substr(0, 2000);
  }
};

const std::string prefix = "Received message on topic: django/mqtt with payload: ";

TEST_F(LogLinesTest, TextStandsAsItIs) {
  EXPECT_EQ(logged("k\u00fcche 21.5 \u00b0C \U0001F600"), prefix + "k\u00fcche 21.5 \u00b0C \U0001F600");
  EXPECT_EQ(logged("{} %s %n {0}"), prefix + "{} %s %n {0}");
  EXPECT_EQ(logged(""), prefix);
}

TEST_F(LogLinesTest, WhatActsOnATerminalIsEscaped) {
  EXPECT_EQ(logged("\x1b[31mred\x1b[0m\x1b]0;title\x07"), prefix + "\\x1b[31mred\\x1b[0m\\x1b]0;title\\x07");
  EXPECT_EQ(logged("a\x7f\x08z"), prefix + "a\\x7f\\x08z");
  EXPECT_EQ(logged("a\xc2\x9b"
                   "31m"),
            prefix + "a\\xc2\\x9b31m");
}

TEST_F(LogLinesTest, ALineBreakDoesNotMakeASecondLine) {
  const std::string forged = "x\n2026-01-01 00:00:00.000 [info] Connected successfully\r\n\u2028\u2029\u0085";
  EXPECT_EQ(logged(forged), prefix +
                                "x\\n2026-01-01 00:00:00.000 [info] Connected successfully\\r\\n"
                                "\\xe2\\x80\\xa8\\xe2\\x80\\xa9\\xc2\\x85");
}

TEST_F(LogLinesTest, BytesThatAreNotUtf8AreShownAsHex) {
  EXPECT_EQ(logged("a\xff\xc3(\xed\xa0\x80"), prefix + "a\\xff\\xc3(\\xed\\xa0\\x80");
  EXPECT_EQ(logged(std::string("\0\x01", 2)), prefix + "\\x00\\x01");
}

TEST_F(LogLinesTest, AMegabyteIsCutAndItsSizeNamed) {
  const std::string line = logged(std::string(1000000, 'x'));
  EXPECT_TRUE(line.starts_with(prefix + std::string(1024, 'x'))) << line.substr(0, 2000);
  EXPECT_EQ(line.find(std::string(1025, 'x')), std::string::npos);
  EXPECT_NE(line.find("1000000"), std::string::npos) << line.substr(prefix.size() + 1024);
  EXPECT_LT(line.size(), prefix.size() + 1024 + 100);
  EXPECT_LT(logged(std::string(1000000, '\n')).size(), prefix.size() + 2 * 1024 + 100);
}

TEST_F(LogLinesTest, EachMessageIsOneLine) {
  constexpr std::size_t count = 2000;
  ASSERT_TRUE(
      bridge_.output().wait_for_line("Subscribed to django/mqtt", within(soon)));  // the last of the start
  const std::size_t before = bridge_.output().size();
  for (std::size_t i = 0; i < count; ++i) probe_.publish("django/mqtt", "a\nb\x1b", 0);
  probe_.publish("django/mqtt", "the end", 0);
  ASSERT_TRUE(bridge_.output().wait_for_line("the end", within(soon)));
  EXPECT_EQ(bridge_.output().count("with payload: a\\nb\\x1b", before), count);
  EXPECT_EQ(bridge_.output().size() - before, count + 1);
}

TEST_F(LogLinesTest, EachLineBearsItsTimeAndLevel) {
  logged("x");
  const std::regex shape("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]{12} \\[[a-z]+\\] .+");
  for (const Line& line : bridge_.output().lines())
    EXPECT_TRUE(std::regex_match(line.text, shape)) << line.text;
}

class JsonLogTest : public LogLinesTest {
 protected:
  JsonLogTest() : LogLinesTest({.more = "[log]\nformat = \"json\""}) {}
};

TEST_F(JsonLogTest, EachLineIsOneObject) {
  logged("quoted \" backslash \\ break \n escape \x1b bytes \xff unicode \u00fc");
  logged("");
  std::size_t announced = 0;
  for (const Line& line : bridge_.output().lines()) {
    const auto object = nlohmann::json::parse(line.text, nullptr, false);
    ASSERT_TRUE(object.is_object()) << line.text;
    if (object.dump().find(announcement) != std::string::npos) ++announced;
  }
  EXPECT_EQ(announced, 2U);
  EXPECT_TRUE(bridge_.output().wait_for_line("Connected successfully", within(soon)));
}

}  // namespace
}  // namespace bridge::test
