#include "bridge/relay/request_item.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

TEST(RequestItemTest, EachItemHasAMarkOfItsOwn) {
  const RequestMark request{"k", 1};
  EXPECT_EQ(mark_of({request, 0, 2}), mark_of({request, 0, 2}));
  EXPECT_NE(mark_of({request, 0, 2}), mark_of({request, 1, 2}));
  EXPECT_NE(mark_of({{"k1", 1}, 1, 20}), mark_of({{"k", 1}, 11, 20}));
}

TEST(RequestItemTest, IsFoundAgainInItsMark) {
  const RequestItem found = item_of(mark_of({{"k", 7}, 41, 1000}));
  EXPECT_EQ(found.request, (RequestMark{"k", 7}));
  EXPECT_EQ(found.item, 41U);
  EXPECT_EQ(found.items, 42U);
}

}  // namespace
}  // namespace bridge
