#include "paho_calls.h"

#include <gtest/gtest.h>

namespace bridge::listener {
namespace {

TEST(PahoCallsTest, AThreadOutsideIsNotLeftBehindAndCallsNoMore) {
  const auto calls = std::make_shared<PahoCalls>();
  { EXPECT_TRUE(PahoCall(calls)); }
  EXPECT_FALSE(calls->abandon());
  EXPECT_FALSE(PahoCall(calls));
}

TEST(PahoCallsTest, AThreadInsideIsLeftBehind) {
  PahoCalls calls;
  ASSERT_TRUE(calls.enter());
  EXPECT_TRUE(calls.abandon());
}

}  // namespace
}  // namespace bridge::listener
