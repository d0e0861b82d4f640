#include "authority.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

TEST(AuthorityTest, IsAHostAndPerhapsAPort) {
  for (const char* text :
       {"", "localhost", "localhost:8000", "127.0.0.1:8000", "[::1]", "[::1]:8000", "[v1.a:b]", "host_name",
        "a.example.", "a%20b", "host:", "xn--mller-kva.example", "A-B.Example:0"})
    EXPECT_TRUE(is_authority(text)) << text;
}

TEST(AuthorityTest, IsNothingElse) {
  for (const char* text :
       {"@H#",           "h#",           "me@localhost", "local host", "localhost/x", "[::1",
        "::1",           "[::1]x",       "[]",           "[::1]:x",    "[[::1]]",     "localhost:80:80",
        "localhost:80a", "localhost:-1", "a%2",          "a%zz",       "a\\b",        "a\"b",
        "a|b",           "caf\xc3\xa9",  "h?x",          "<h>",        "]",           "h]"})
    EXPECT_FALSE(is_authority(text)) << text;
}

}  // namespace
}  // namespace bridge
