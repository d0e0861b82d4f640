#include "command_queue.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

TEST(CommandQueueTest, BoundsTheBytesOfATransactionAlsoWhereTheyAreThoseOfSubscriptions) {
  CommandQueue queue;
  for (int i = 0; i < 4; ++i) queue.push(SaveCommand{{}, nullptr, 3U * 1024 * 1024});
  EXPECT_EQ(queue.take({}).size(), 2U) << "6 MB: one more than fits, as with messages";
  EXPECT_EQ(queue.take({}).size(), 2U);
}

}  // namespace
}  // namespace bridge
