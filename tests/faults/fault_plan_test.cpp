#include "fault_plan.h"

#include <gtest/gtest.h>

#include <set>

namespace bridge::test {
namespace {

TEST(FaultPlanTest, TheSameSeedIsTheSamePlan) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) EXPECT_EQ(text_of(plan_of(seed)), text_of(plan_of(seed)));
  EXPECT_NE(text_of(plan_of(1)), text_of(plan_of(2)).replace(5, 1, "1"));
}

TEST(FaultPlanTest, TwoHundredSeedsMeetEachKindOfFault) {
  std::set<Blow::Kind> blows;
  std::set<LinkFault::Kind> links;
  std::set<DiskBlow::Kind> disks;
  std::set<Poison> poisons;
  std::set<int> versions;
  std::size_t killed_at_the_end = 0;
  std::size_t large = 0;
  std::size_t expiring = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const FaultPlan plan = plan_of(seed);
    for (const Blow& blow : plan.blows) blows.insert(blow.kind);
    for (const Blow& blow : plan.blows) links.insert(blow.link.kind);
    for (const DiskBlow& blow : plan.disk_blows) disks.insert(blow.kind);
    poisons.insert(plan.poison);
    versions.insert(plan.version);
    killed_at_the_end += plan.killed_at_the_end ? 1 : 0;
    large += plan.large ? 1 : 0;
    expiring += plan.expiring ? 1 : 0;
  }
  EXPECT_EQ(blows.size(), 6U);
  EXPECT_EQ(links.size(), 8U);
  EXPECT_EQ(disks.size(), 4U);
  EXPECT_EQ(poisons.size(), 3U);
  EXPECT_EQ(versions.size(), 2U);
  EXPECT_GT(killed_at_the_end, 20U);
  EXPECT_GT(large, 20U);
  EXPECT_GT(expiring, 20U);
}

}  // namespace
}  // namespace bridge::test
