#include "held_memory.h"

#include <gtest/gtest.h>

#include <optional>

namespace bridge {
namespace {

TEST(HeldMemoryTest, GivesOneConnectionItsShareAndNoMore) {
  LoopMemory all(1000, 300);
  HeldMemory one(all);
  one.hold(200);
  EXPECT_TRUE(one.has_room_for(100));
  EXPECT_FALSE(one.has_room_for(101));
  EXPECT_TRUE(HeldMemory(all).has_room_for(300)) << "another has its own";
}

TEST(HeldMemoryTest, SharesTheLimitAmongAll) {
  LoopMemory all(1000, 1000);
  HeldMemory one(all);
  HeldMemory other(all);
  one.hold(700);
  EXPECT_TRUE(other.has_room_for(300));
  EXPECT_FALSE(other.has_room_for(301));
  one.hold(100);
  EXPECT_TRUE(other.has_room_for(900));
}

TEST(HeldMemoryTest, ReservesHalfOfTheRoomAtMost) {
  LoopMemory all(1000, 1000);
  HeldMemory one(all);
  HeldMemory other(all);
  EXPECT_TRUE(one.reserve(300));
  EXPECT_FALSE(other.reserve(201));
  EXPECT_TRUE(other.reserve(200));
  EXPECT_TRUE(one.has_room_for(500)) << "the other half is for what arrives";
  EXPECT_FALSE(one.has_room_for(501));
  one.free_reserved();
  EXPECT_TRUE(other.reserve(300));
}

TEST(HeldMemoryTest, ReservesForTheLargestResponseWhenNobodyElseDoes) {
  LoopMemory all(1000, 1000);
  HeldMemory one(all);
  EXPECT_TRUE(one.reserve(5000));
  EXPECT_FALSE(HeldMemory(all).reserve(1));
}

TEST(HeldMemoryTest, ReservesNothingWhereNoRoomIsLeft) {
  LoopMemory all(1000, 1000);
  HeldMemory one(all);
  one.hold(900);
  HeldMemory other(all);
  EXPECT_FALSE(other.reserve(101));
  EXPECT_TRUE(other.reserve(100));
}

TEST(HeldMemoryTest, HoldsNothingAfterItsEnd) {
  LoopMemory all(1000, 1000);
  {
    HeldMemory one(all);
    one.hold(400);
    EXPECT_TRUE(one.reserve(500));
  }
  HeldMemory other(all);
  EXPECT_TRUE(other.has_room_for(1000));
  EXPECT_TRUE(other.reserve(500));
}

TEST(HeldMemoryTest, MayOutliveTheOthersOnceItIsReleased) {
  auto all = std::make_optional<LoopMemory>(1000U, 1000U);
  HeldMemory one(*all);
  one.hold(400);
  one.release();
  HeldMemory other(*all);
  EXPECT_TRUE(other.has_room_for(1000));
  all.reset();  // the destructors that follow touch it no more
}

}  // namespace
}  // namespace bridge
