#include "parts_reader.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace bridge::mqtt {
namespace {

TEST(PartsReaderTest, WalksThroughPiecesAsIfTheyWereOne) {
  const std::array<std::string_view, 5> parts{"", "abc", "", "de", ""};
  for (std::size_t step = 1; step <= 6; ++step) {
    PartsReader reader(parts);
    std::string seen;
    while (!reader.at_end()) {
      const std::string_view some = reader.front(step);
      ASSERT_FALSE(some.empty());
      seen += some;
      reader.skip(some.size());
    }
    EXPECT_EQ(seen, "abcde");
  }
}

TEST(PartsReaderTest, SkipsOverBordersAndCountsNoFurtherThanAsked) {
  const std::array<std::string_view, 3> parts{"abc", "de", "f"};
  PartsReader reader(parts);
  EXPECT_EQ(reader.size_up_to(4), 4U);
  EXPECT_EQ(reader.size_up_to(100), 6U);
  reader.skip(4);
  EXPECT_EQ(reader.front(10), "e");
  reader.skip(100);
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(reader.front(10), "");
}

}  // namespace
}  // namespace bridge::mqtt
