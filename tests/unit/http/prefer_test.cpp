#include "prefer.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

Preferences preferences_of(const std::string& fields) {
  return preferences_of(parse_request_head("GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n", {}));
}

std::optional<std::chrono::seconds> wait_of(const std::string& fields) { return preferences_of(fields).wait; }

TEST(PreferTest, FindsTheWait) {
  using std::chrono::seconds;
  EXPECT_EQ(wait_of("Prefer: wait=2\r\n"), seconds(2));
  EXPECT_EQ(wait_of("prefer: return=minimal, WAIT=\"3\"; x=y\r\n"), seconds(3));
  EXPECT_EQ(wait_of("Prefer: a\r\nPrefer: wait=4\r\n"), seconds(4));
  EXPECT_EQ(wait_of("Prefer: wait=0\r\n"), seconds(0));
}

TEST(PreferTest, FindsWhoDoesNotWantToWait) {
  EXPECT_TRUE(preferences_of("Prefer: respond-async\r\n").respond_async);
  EXPECT_TRUE(preferences_of("Prefer: wait=1, Respond-Async;x=y\r\n").respond_async);
  EXPECT_FALSE(preferences_of("Prefer: respond-asynchronously\r\n").respond_async);
  EXPECT_FALSE(preferences_of("").respond_async);
}

TEST(PreferTest, PassesOverWhatItDoesNotUnderstand) {
  for (const char* value :
       {"", "wait", "wait=", "wait=x", "wait=-1", "wait=1s", "wait=99999999999", "waiting=1"})
    EXPECT_EQ(wait_of("Prefer: " + std::string(value) + "\r\n"), std::nullopt) << value;
  EXPECT_EQ(wait_of(""), std::nullopt);
}

}  // namespace
}  // namespace bridge
