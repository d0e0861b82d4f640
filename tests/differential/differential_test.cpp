// Our session and paho's client publish the same messages and meet the same faults: subscribers must get the
// same. Few messages by default; BRIDGE_DIFFERENTIAL_MESSAGES=10000 and BRIDGE_DIFFERENTIAL_SEED=N for a long
// run by hand.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "differential/comparison.h"
#include "differential/known_differences.h"

namespace bridge::test {
namespace {

std::size_t number_from(const char* variable, std::size_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::stoul(text);
}

class DifferentialTest : public ::testing::TestWithParam<int> {
 protected:
  static constexpr std::size_t few = 500;

  std::vector<Difference> differences_of(const char* name, const DifferentialRun& run) const {
    std::vector<Difference> found = differences(plan_, run);
    std::cout << name << ": " << run.faults << " faults, " << run.losses << " losses, " << run.stalls
              << " stalls, " << run.replaced << " clients replaced; " << summary_of(found) << std::endl;
    for (std::size_t i = 0; i < std::min<std::size_t>(found.size(), 10); ++i)
      std::cout << "  " << found[i].words << "\n";
    return found;
  }

  const Plan plan_ = plan_of(number_from("BRIDGE_DIFFERENTIAL_SEED", 1),
                             number_from("BRIDGE_DIFFERENTIAL_MESSAGES", few), GetParam());
};

TEST_P(DifferentialTest, SubscribersGetTheSame) {
  const DifferentialRun ours = run(plan_, our_client);
  EXPECT_TRUE(differences_of("ours", ours).empty());
  EXPECT_EQ(ours.failures, 0);
  EXPECT_EQ(ours.stalls, 0);
  const DifferentialRun paho = run(plan_, paho_client);
  for (const Difference& difference : differences_of("paho", paho))
    EXPECT_TRUE(known(difference)) << difference.words << ": who is wrong?";
}

INSTANTIATE_TEST_SUITE_P(Versions, DifferentialTest, ::testing::Values(5, 3),
                         [](const auto& version) { return version.param == 5 ? "Mqtt5" : "Mqtt311"; });

}  // namespace
}  // namespace bridge::test
