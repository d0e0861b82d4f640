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

TEST(PairsTest, RefusesWhatIsNotAPair) {
  for (const char* text : {"a", "=x", "&", "a=1&&b=2", "a=%", "a=%zz"})
    EXPECT_THROW(decode_pairs(text), Error) << text;
}

}  // namespace
}  // namespace bridge
