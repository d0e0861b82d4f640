#include "refusal_log.h"

#include <gtest/gtest.h>

#include "fakes/manual_clock.h"
#include "fakes/memory_logger.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

TEST(RefusalLogTest, WritesALineAMinuteOfEachKindAndHowManyItStandsFor) {
  MemoryLogger logger;
  ManualClock clock;
  RefusalLog log(logger, clock);
  for (const char* host : {"a", "b", "c"}) log.refused_host(host);
  log.refused_origin("https://a");
  EXPECT_EQ(logger.lines, (Lines{"Refused a request for the Host 'a', see http.allowed_hosts",
                                 "Refused a page of the Origin 'https://a', see http.allowed_origins"}));
  clock.advance(59999ms);
  log.refused_host("d");
  EXPECT_EQ(logger.lines.size(), 2U);
  clock.advance(1ms);
  log.refused_host("e");
  log.refused_origin("https://b");
  EXPECT_EQ(
      Lines(logger.lines.begin() + 2, logger.lines.end()),
      (Lines{
          "Refused a request for the Host 'e', see http.allowed_hosts (and 3 more since the last such line)",
          "Refused a page of the Origin 'https://b', see http.allowed_origins"}));
}

TEST(RefusalLogTest, EscapesAndCutsWhatComesFromOutside) {
  EXPECT_EQ(in_quotes("a\nb\x1b\xff"), "'a\\nb\\x1b\\xff'");
  EXPECT_EQ(in_quotes(std::string(65, 'x')), "'" + std::string(64, 'x') + "... [65 bytes]'");
}

}  // namespace
}  // namespace bridge
