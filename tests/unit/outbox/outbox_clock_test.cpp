// The wall clock is set while messages wait, by a person or by NTP: a message that has an hour keeps it.

#include "outbox_clock.h"

#include "outbox_fixture.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class OutboxClockTest : public OutboxFixture {
 protected:
  Appended store(const std::string& id, std::chrono::milliseconds expires_in = 1h) {
    OutboxRecord one = record(id);
    one.expires_in = expires_in;
    return append(std::move(one));
  }
  std::optional<std::chrono::milliseconds> left_of_first() {
    const Fetched fetched = fetch();
    return fetched.entries.empty() ? std::nullopt : fetched.entries.front().expires_in;
  }
  /// Waits until the outbox has looked at its clock since it was set.
  void tick() {
    const auto before = append(record("tick")).sequence;
    settle({before});
  }
};

TEST_F(OutboxClockTest, AClockThatIsSetForwardEndsNothing) {
  open();
  for (const char* id : {"a", "b", "c"}) store(id);
  set_wall_clock_forward(24h);
  EXPECT_EQ(waiting_ids(), (Strings{"a", "b", "c"}));
  EXPECT_EQ(left_of_first(), 1h);
  pass(30min);
  EXPECT_EQ(left_of_first(), 30min);
  pass(30min);
  EXPECT_EQ(fetch().dropped, 3U) << "its time is up all the same";
}

TEST_F(OutboxClockTest, AClockThatIsSetBackProlongsNothing) {
  open();
  store("a");
  set_wall_clock_forward(-24h);
  pass(59min);
  EXPECT_EQ(left_of_first(), 1min);
  pass(1min);
  EXPECT_EQ(fetch().dropped, 1U);
}

TEST_F(OutboxClockTest, WhatItWasSetByIsKnownToTheNextProcess) {
  open();
  store("before");
  set_wall_clock_forward(24h);
  store("after");
  pass(10min);
  open();
  EXPECT_EQ(waiting_ids(), (Strings{"before", "after"}));
  EXPECT_EQ(left_of_first(), 50min);
  set_wall_clock_forward(-24h);
  tick();
  open();
  EXPECT_EQ(left_of_first(), 50min);
}

TEST_F(OutboxClockTest, WhatItWasSetByIsKnownAfterACrashAndAfterDamage) {
  open();
  store("a");
  set_wall_clock_forward(24h);
  tick();
  const fs::path copy = directory.string() + "_copy";
  crash_to(copy);
  close();
  fs::remove_all(directory);
  fs::rename(copy, directory);
  open();
  EXPECT_EQ(left_of_first(), 1h);
  close();
  fs::resize_file(directory / "outbox.db", fs::file_size(directory / "outbox.db") - 100);
  open();
  EXPECT_EQ(logger.count("set aside"), 1U) << logger.all();
  EXPECT_EQ(left_of_first(), 1h);
}

TEST_F(OutboxClockTest, BetweenTwoProcessesTheWallClockCounts) {
  open();
  store("a");
  close();
  wall_clock += std::chrono::milliseconds(59min).count();
  steady_clock = 0;  // the machine was started anew
  open();
  EXPECT_EQ(left_of_first(), 1min);
  close();
  wall_clock += std::chrono::milliseconds(1min).count();
  open();
  EXPECT_EQ(fetch().dropped, 1U);
}

TEST_F(OutboxClockTest, AMachineThatForgetsTheTimeDoesNotProlongIt) {
  open();
  store("a");
  close();
  const std::int64_t true_time = wall_clock;
  wall_clock = 0;  // 1970: no battery
  steady_clock = 0;
  open();
  EXPECT_EQ(left_of_first(), 1h) << "it cannot be told how long the machine was off";
  pass(20min);
  EXPECT_EQ(left_of_first(), 40min);
  wall_clock = true_time + std::chrono::milliseconds(21min).count();  // NTP
  EXPECT_EQ(left_of_first(), 40min);
  open();
  EXPECT_EQ(left_of_first(), 40min);
}

TEST_F(OutboxClockTest, DeadLettersShowTheTimeThatTheWallClockShows) {
  open();
  const Sequence sequence = append(record("a")).sequence;
  move_to_dead_letters(sequence, 0x87);
  set_wall_clock_forward(24h);
  pass(5s);
  const auto letters = dead_letters();
  ASSERT_EQ(letters->size(), 1U);
  const auto now = std::chrono::system_clock::time_point(std::chrono::milliseconds(wall_clock.load()));
  EXPECT_EQ(now - letters->front().refused_at, 5s);
  EXPECT_EQ(now - letters->front().stored_at, 5s);
}

TEST_F(OutboxClockTest, ADeadLetterShowsTheSameTimesAtEachRead) {
  open();
  const Sequence sequence = append(record("a")).sequence;
  move_to_dead_letters(sequence, 0x87);
  set_wall_clock_forward(24h);
  const auto first = dead_letters();
  for (const auto difference : {1ms, -1ms, 200ms}) {  // two clocks are not read at the same instant
    set_wall_clock_forward(difference);
    pass(5s);
    const auto again = dead_letters();
    EXPECT_EQ(again->front().stored_at, first->front().stored_at);
    EXPECT_EQ(again->front().refused_at, first->front().refused_at);
    set_wall_clock_forward(-difference);
  }
  open();
  EXPECT_EQ(dead_letters()->front().refused_at, first->front().refused_at) << "nor after a restart";
}

TEST_F(OutboxClockTest, AnAnswerIsKnownForTenMinutesWhateverTheClockIsSetTo) {
  open();
  OutboxRecord with_key = record("first");
  with_key.token = IdempotencyToken{"key", 1};
  append(std::move(with_key));
  set_wall_clock_forward(24h);
  pass(9min);
  tick();
  open();
  ASSERT_EQ(outbox->remembered_responses()->size(), 1U);
  EXPECT_EQ(outbox->remembered_responses()->front().age, 9min);
}

TEST(TimeSinceBootTest, GoesOn) {
  const auto first = time_since_boot();
  EXPECT_GT(first.count(), 0);
  EXPECT_GE(time_since_boot(), first);
}

}  // namespace
}  // namespace bridge
