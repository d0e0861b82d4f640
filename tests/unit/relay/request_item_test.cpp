#include "bridge/relay/request_item.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

TEST(RequestItemTest, EachItemHasATokenOfItsOwn) {
  const IdempotencyToken request{"k", 1};
  EXPECT_EQ(token_of({request, 0, 2}), token_of({request, 0, 2}));
  EXPECT_NE(token_of({request, 0, 2}), token_of({request, 1, 2}));
  EXPECT_NE(token_of({{"k1", 1}, 1, 20}), token_of({{"k", 1}, 11, 20}));
}

TEST(RequestItemTest, IsFoundAgainInItsMark) {
  const RequestItem found = request_item_of(token_of({{"k", 7}, 41, 1000}));
  EXPECT_EQ(found.request, (IdempotencyToken{"k", 7}));
  EXPECT_EQ(found.item, 41U);
  EXPECT_EQ(found.items, 42U);
}

}  // namespace
}  // namespace bridge
