#include "line_queue.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace bridge {
namespace {

QueuedLine line(std::string text) { return {spdlog::log_clock::now(), spdlog::level::info, std::move(text)}; }

std::vector<std::string> taken(LineQueue& queue) {
  queue.close();
  std::vector<std::string> texts;
  while (const auto next = queue.take()) texts.push_back(next->text);
  return texts;
}

using Texts = std::vector<std::string>;

TEST(LineQueueTest, DropsTheOldestBeyondItsNumber) {
  LineQueue queue(2);
  for (const char* text : {"a", "b", "c"}) queue.put(line(text));
  EXPECT_EQ(queue.dropped(), 1U);
  EXPECT_EQ(taken(queue), (Texts{"b", "c"}));
}

TEST(LineQueueTest, TellsWhetherAShortLineHasRoom) {
  LineQueue few(2);
  few.put(line("a"));
  EXPECT_TRUE(few.has_room());
  few.put(line("b"));
  EXPECT_FALSE(few.has_room());
  LineQueue small(100, 300);
  small.put(line(std::string(100, 'x')));
  EXPECT_FALSE(small.has_room());
}

TEST(LineQueueTest, DropsAsManyAsALongLineNeedsRoom) {
  LineQueue queue(100, 10);
  for (const char* text : {"1234", "567", "890"}) queue.put(line(text));
  EXPECT_EQ(queue.dropped(), 0U);
  queue.put(line("long 12"));
  EXPECT_EQ(queue.dropped(), 2U);
  EXPECT_EQ(taken(queue), (Texts{"890", "long 12"}));
}

TEST(LineQueueTest, HasRoomAgainForWhatWasTaken) {
  LineQueue queue(100, 10);
  for (int i = 0; i < 5; ++i) {
    queue.put(line("12345678"));
    EXPECT_TRUE(queue.take());
  }
  EXPECT_EQ(queue.dropped(), 0U);
}

TEST(LineQueueTest, KeepsALineThatIsLargerThanAllItsRoomByItself) {
  LineQueue queue(100, 4);
  queue.put(line("abc"));
  queue.put(line("larger than that"));
  EXPECT_EQ(taken(queue), (Texts{"larger than that"}));
}

}  // namespace
}  // namespace bridge
