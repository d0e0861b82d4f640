#include "input_buffer.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

TEST(InputBufferTest, GivesWhatWasAppendedAndNotTaken) {
  InputBuffer buffer;
  buffer.append("abc");
  buffer.take(1);
  EXPECT_EQ(buffer.unread(), "bc");
  buffer.append("de");
  EXPECT_EQ(buffer.unread(), "bcde");
  buffer.take(4);
  EXPECT_EQ(buffer.unread(), "");
  EXPECT_EQ(buffer.memory(), 0U);
}

TEST(InputBufferTest, CountsALargeBufferUntilAllOfItIsTaken) {
  InputBuffer buffer;
  buffer.append(std::string(100000, 'x'));
  buffer.take(99999);
  EXPECT_GE(buffer.memory(), 100000U) << "one byte keeps it";
  buffer.take(1);
  EXPECT_EQ(buffer.memory(), 0U);
}

TEST(InputBufferTest, IsEmptyAfterARelease) {
  InputBuffer buffer;
  buffer.append("abc");
  buffer.take(2);
  buffer.release();
  EXPECT_EQ(buffer.unread(), "");
  buffer.append("d");
  EXPECT_EQ(buffer.unread(), "d");
}

}  // namespace
}  // namespace bridge
