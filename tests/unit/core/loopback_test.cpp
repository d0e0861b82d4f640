#include "bridge/core/loopback.h"

#include <gtest/gtest.h>

#include <string>

namespace bridge {
namespace {

TEST(LoopbackTest, KnowsTheAddressesOfThisMachine) {
  for (const char* address : {"127.0.0.1", "127.255.0.9", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"})
    EXPECT_TRUE(is_loopback_address(address)) << address;
  for (const char* address : {"128.0.0.1", "0.0.0.0", "127.0.0.256", "127.1", "127.0.0.1.evil.example", "::2",
                              "::", "::ffff:128.0.0.1", "[::1]", "localhost", ""})
    EXPECT_FALSE(is_loopback_address(address)) << address;
  EXPECT_FALSE(is_loopback_address(std::string("127.0.0.1\0.evil", 15)));
}

}  // namespace
}  // namespace bridge
