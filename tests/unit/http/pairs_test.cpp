#include "pairs.h"

#include <gtest/gtest.h>

#include "bridge/core/error.h"

namespace bridge {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(PairsTest, KeepsOrderRepeatsAndWhatStandsBehindTheFirstEqualsSign) {
  EXPECT_EQ(decode_pairs("b=1+2&a=%C3%BC&b=1+2&c=x=y&d="),
            (Pairs{{"b", "1 2"}, {"a", "\xC3\xBC"}, {"b", "1 2"}, {"c", "x=y"}, {"d", ""}}));
  EXPECT_EQ(decode_pairs(""), Pairs{});
}

TEST(PairsTest, TellsAPartWithoutAnEqualsSign) {
  PairReader reader("flag&a=");
  const auto flag = reader.next();
  ASSERT_TRUE(flag);
  EXPECT_EQ(flag->name, "flag");
  EXPECT_FALSE(flag->has_equals);
  EXPECT_TRUE(reader.next()->has_equals);
  EXPECT_FALSE(reader.next());
}

TEST(PairsTest, NamesTheFirstPartHoweverBrokenItIs) {
  EXPECT_EQ(first_name("q%6Fs=1&b"), "qos");
  EXPECT_EQ(first_name("flag"), "flag");
  EXPECT_EQ(first_name("a%zz=1"), "a%zz");
  EXPECT_EQ(first_name("=1"), "");
}

TEST(PairsTest, RefusesWhatIsNotAPair) {
  for (const char* text : {"a", "=x", "&", "a=1&&b=2", "a=%", "a=%zz"})
    EXPECT_THROW(decode_pairs(text), Error) << text;
}

}  // namespace
}  // namespace bridge
