#include "ended_log.h"

#include <gtest/gtest.h>

#include "fakes/memory_logger.h"
#include "outbox_fixture.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

class EndedLogTest : public testing::Test {
 protected:
  void look() { log->look(now); }

  static constexpr EndedLog::Words words{"stored message expired before it could be sent",
                                         "stored messages expired before they could be sent"};
  MemoryLogger logger;
  Counter expired;
  TimePoint now{1h};
  std::optional<EndedLog> log{std::in_place, expired, words, logger};
};

TEST_F(EndedLogTest, SaysHowManyExpiredAtMostOnceAMinute) {
  look();
  EXPECT_TRUE(logger.lines.empty());
  expired.add(3);
  look();
  EXPECT_EQ(logger.lines, (std::vector<std::string>{"3 stored messages expired before they could be sent"}));
  for (int second = 1; second < 60; ++second) {
    expired.add();
    now += 1s;
    look();
  }
  EXPECT_EQ(logger.lines.size(), 1U);
  now += 1s;
  look();
  ASSERT_EQ(logger.lines.size(), 2U);
  EXPECT_EQ(logger.lines[1], "59 stored messages expired before they could be sent");
  now += 1h;
  look();
  EXPECT_EQ(logger.lines.size(), 2U) << "there is nothing to tell";
}

TEST_F(EndedLogTest, TellsTheRestAtTheEnd) {
  expired.add();
  look();
  expired.add();
  look();
  log.reset();
  EXPECT_EQ(logger.lines, (std::vector<std::string>(2, "1 stored message expired before it could be sent")));
}

class ExpiredInOutboxTest : public OutboxFixture {};

TEST_F(ExpiredInOutboxTest, IsLoggedWithItsNumber) {
  open();
  for (const char* id : {"a", "b", "c"}) {
    OutboxRecord one = record(id);
    one.expires_in = 10s;
    append(std::move(one));
  }
  pass(10s);
  EXPECT_TRUE(eventually([&] { return outbox->status().messages == 0; }));
  close();
  EXPECT_EQ(logger.count("3 stored messages expired before they could be sent"), 1U) << logger.all();
}

}  // namespace
}  // namespace bridge
