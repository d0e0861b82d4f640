// A few runs from fixed seeds, of one kind of blow each. `./dev faults` takes any number of them.

#include <gtest/gtest.h>

#include <iostream>

#include "fault_run.h"

namespace bridge::test {
namespace {

struct Seed {
  const char* name;
  Blow::Kind kind;
  std::uint64_t seed;
  bool large = false;
  bool expiring = false;
  Poison poison = Poison::none;
  int version = 5;
};

class SeedsTest : public ::testing::TestWithParam<Seed> {
 protected:
  /// Longer than some messages last.
  const Blow outage_{.before = std::chrono::milliseconds(100),
                     .length = std::chrono::milliseconds(2500),
                     .link = {.kind = LinkFault::Kind::reset}};
};

TEST_P(SeedsTest, EveryAnswerIsTrue) {
  FaultPlan plan = plan_of(GetParam().seed, GetParam().kind);
  plan.blows.resize(sanitized || GetParam().poison != Poison::none ? 2 : 3);
  plan.large = GetParam().large;
  plan.expiring = GetParam().expiring;
  if (plan.expiring) plan.blows = {outage_};
  plan.poison = GetParam().poison;
  plan.version = GetParam().version;
  std::cout << text_of(plan) << "\n";
  FaultRun run(plan);
  const RunResult result = run.run();
  std::cout << line_of(result) << "\n";
  const std::vector<std::string> violations = violations_of(result);
  EXPECT_TRUE(violations.empty()) << violations.front() << ", seed " << plan.seed << "\n" << run.evidence();
}

INSTANTIATE_TEST_SUITE_P(
    Blows, SeedsTest,
    ::testing::Values(
        Seed{"Link", Blow::Kind::link, 1}, Seed{"OtherLink", Blow::Kind::link, 2},
        Seed{"BrokerKilled", Blow::Kind::broker_killed, 3},
        Seed{"BrokerFrozen", Blow::Kind::broker_frozen, 4},
        Seed{"BridgeKilled", Blow::Kind::bridge_killed, 5},
        Seed{"BridgeStopped", Blow::Kind::bridge_stopped, 6}, Seed{"PowerLost", Blow::Kind::power_lost, 7},
        Seed{.name = "Large", .kind = Blow::Kind::link, .seed = 1, .large = true},
        Seed{.name = "Expiring", .kind = Blow::Kind::link, .seed = 4, .expiring = true},
        Seed{.name = "Poisoned", .kind = Blow::Kind::broker_frozen, .seed = 4, .poison = Poison::closes},
        Seed{.name = "Forbidden",
             .kind = Blow::Kind::bridge_killed,
             .seed = 5,
             .poison = Poison::forbids,
             .version = 3}),
    [](const auto& seed) { return seed.param.name; });

}  // namespace
}  // namespace bridge::test
