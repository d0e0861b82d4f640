// Faults of a bridge that only a whole run shows: the ledger finds them.

#include <gtest/gtest.h>

#include "fault_run.h"

namespace bridge::test {
namespace {

using std::chrono::milliseconds;

class TamperingTest : public ::testing::Test {
 protected:
  /// The ledger of a run without other faults.
  LedgerTotals totals_with(Tampering tampering) {
    plan_.blows.push_back({.before = scaled(milliseconds(300)), .length = scaled(milliseconds(length_))});
    FaultRun run(plan_, tampering);
    const RunResult result = run.run();
    told_ = line_of(result) + "\n" + run.evidence();
    EXPECT_FALSE(violations_of(result).empty()) << told_;
    return result.totals;
  }

  FaultPlan plan_;
  milliseconds length_{700};
  std::string told_;
};

TEST_F(TamperingTest, ALargeMessageThatIsSwallowedIsLost) {
  plan_.large = true;
  EXPECT_EQ(totals_with(Tampering::swallows_large).lost, 1U) << told_;
}

TEST_F(TamperingTest, AQos2MessageThatIsSentAgainInItsSessionIsRepeated) {
  EXPECT_EQ(totals_with(Tampering::repeats_qos_2).repeated, 1U) << told_;
}

TEST_F(TamperingTest, AMessageThatComesWhenItHasExpiredIsLate) {
  plan_.expiring = true;
  length_ = milliseconds(2000);
  EXPECT_EQ(totals_with(Tampering::holds_back).late, 1U) << told_;
}

TEST_F(TamperingTest, AnInnocentMessageThatIsTakenForPoisonIsBlamed) {
  plan_.poison = Poison::closes;
  length_ = milliseconds(2000);
  EXPECT_EQ(totals_with(Tampering::blames_innocent).blamed, 1U) << told_;
}

}  // namespace
}  // namespace bridge::test
