#include "paho_wraps.h"

#include <gtest/gtest.h>

#include "bridge/core/error.h"

namespace bridge::mqtt {
namespace {

TEST(PahoWrapsTest, AllAreInPlace) {
  const std::vector<PahoWrap> wraps = paho_wraps();
  EXPECT_EQ(wraps.size(), 22U) << "20 functions, two of which have two names";
  for (const PahoWrap& wrap : wraps) EXPECT_TRUE(wrap.in_place) << wrap.function;
  EXPECT_NO_THROW(require_paho_wraps());
}

}  // namespace
}  // namespace bridge::mqtt
