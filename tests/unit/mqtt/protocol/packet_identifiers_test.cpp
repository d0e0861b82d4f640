#include "packet_identifiers.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace bridge::mqtt {
namespace {

TEST(PacketIdentifiersTest, AreAllThereAndDifferent) {
  PacketIdentifiers identifiers;
  std::set<std::uint16_t> taken;
  while (identifiers.available() > 0) taken.insert(identifiers.take());
  EXPECT_EQ(taken.size(), 65535U);
  EXPECT_EQ(*taken.begin(), 1);
}

TEST(PacketIdentifiersTest, RestLongBeforeTheyAreTakenAgain) {
  PacketIdentifiers identifiers;
  std::vector<int> freed_at(65536, -1'000'000);
  for (int now = 0; now < 100'000; ++now) {
    const std::uint16_t identifier = identifiers.take();
    ASSERT_GE(now - freed_at[identifier], static_cast<int>(PacketIdentifiers::resting));
    freed_at[identifier] = now;
    identifiers.free(identifier);
  }
}

TEST(PacketIdentifiersTest, StayLowWhileFewAreInUse) {
  PacketIdentifiers identifiers;
  for (int i = 0; i < 200000; ++i) {
    const std::uint16_t identifier = identifiers.take();
    ASSERT_LE(identifier, PacketIdentifiers::resting + 1);
    identifiers.free(identifier);
  }
}

TEST(PacketIdentifiersTest, ComeBackOneByOneWhenAllWereTaken) {
  PacketIdentifiers identifiers;
  while (identifiers.available() > 0) identifiers.take();
  identifiers.free(500);
  identifiers.free(7);
  EXPECT_EQ(identifiers.available(), 2U);
  EXPECT_EQ(identifiers.take(), 500);
  EXPECT_EQ(identifiers.take(), 7);
  EXPECT_EQ(identifiers.available(), 0U);
}

}  // namespace
}  // namespace bridge::mqtt
