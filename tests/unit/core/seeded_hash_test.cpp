#include "bridge/core/seeded_hash.h"

#include <gtest/gtest.h>

#include <bit>
#include <set>
#include <string>

namespace bridge {
namespace {

TEST(SeededHashTest, IsSipHash13) {
  if constexpr (std::endian::native == std::endian::little) {
    // as Rust's SipHasher13 and, with a key of zeros, CPython's hash() of bytes have it
    EXPECT_EQ(SeededHash(0x0706050403020100, 0x0F0E0D0C0B0A0908)(""), 0xABAC0158050FC4DC);
    const SeededHash hash(0, 0);
    EXPECT_EQ(hash("a"), 0x407448D2B89B1813);
    EXPECT_EQ(hash("abc"), 0xC03BC3A0042630F2);
    EXPECT_EQ(hash("seven b"), 0xAB2262FCB5199654);
    EXPECT_EQ(hash("eightby8"), 0x71BED54BDBE2A7F9);
    EXPECT_EQ(hash("django/mqtt"), 0x143E731D71140E9D);
    EXPECT_EQ(hash(std::string(100, 'x')), 0x12DE6D6E12E5750C);
  }
}

TEST(SeededHashTest, IsTheSameThroughoutTheProcessUnderAKeyThatNobodyKnows) {
  EXPECT_EQ(SeededHash()("topic"), SeededHash()("topic"));
  EXPECT_NE(SeededHash()("topic"), SeededHash(0, 0)("topic"));
}

TEST(SeededHashTest, DependsOnEveryByteAndOnTheLength) {
  const SeededHash hash;
  std::set<std::uint64_t> seen;
  std::string text(40, '\0');
  seen.insert(hash(text));
  for (char& byte : text) {
    byte = 'x';
    seen.insert(hash(text));
    byte = '\0';
  }
  for (std::size_t length = 0; length < text.size(); ++length)
    seen.insert(hash(std::string_view(text).substr(0, length)));
  EXPECT_EQ(seen.size(), 81U);
}

}  // namespace
}  // namespace bridge
