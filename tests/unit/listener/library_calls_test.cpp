#include "library_calls.h"

#include <gtest/gtest.h>

namespace bridge::listener {
namespace {

TEST(LibraryCallsTest, AThreadOutsideIsNotLeftBehindAndCallsNoMore) {
  const auto calls = std::make_shared<LibraryCalls>();
  { EXPECT_TRUE(LibraryCall(calls)); }
  EXPECT_FALSE(calls->abandon());
  EXPECT_FALSE(LibraryCall(calls));
}

TEST(LibraryCallsTest, AThreadInsideIsLeftBehind) {
  LibraryCalls calls;
  ASSERT_TRUE(calls.enter());
  EXPECT_TRUE(calls.abandon());
}

}  // namespace
}  // namespace bridge::listener
