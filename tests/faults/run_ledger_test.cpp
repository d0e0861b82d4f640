// The ledger can turn red: books made up by hand.

#include "run_ledger.h"

#include <gtest/gtest.h>

#include "run_result.h"

namespace bridge::test {
namespace {

class RunLedgerTest : public ::testing::Test {
 protected:
  void arrives(std::size_t number, std::size_t connection = 0, const char* id = "") {
    ledger_.sent({0, number}, {.connection = connection, .stored_id = id});
    ledger_.confirmed({0, number});
  }

  LedgerTotals totals() const { return ledger_.compare(false); }

  RunLedger ledger_{{1, 0}};
};

TEST_F(RunLedgerTest, WhatIsAnsweredAndConfirmedStandsInOrder) {
  for (std::size_t number = 0; number < 3; ++number) {
    arrives(number);
    ledger_.answered({0, number}, number == 2 ? 202 : 200);
  }
  EXPECT_EQ(totals().acked, 3U);
  EXPECT_EQ(totals().stored, 1U);
  EXPECT_EQ(totals().lost + totals().forbidden + totals().inversions + totals().duplicates, 0U);
}

TEST_F(RunLedgerTest, AnAnswerThatNoConfirmationBearsOutIsALoss) {
  ledger_.answered({0, 0}, 202);
  ledger_.answered({0, 1}, 200);
  ledger_.sent({0, 1}, {});
  EXPECT_EQ(totals().lost, 2U);
  EXPECT_NE(ledger_.evidence(5).find("lost: writer 0, message 1"), std::string::npos);
}

TEST_F(RunLedgerTest, ARefusedMessageThatIsSentIsForbidden) {
  ledger_.answered({0, 0}, 503);
  EXPECT_EQ(totals().forbidden, 0U);
  ledger_.sent({0, 0}, {});
  EXPECT_EQ(totals().refused, 1U);
  EXPECT_EQ(totals().forbidden, 1U);
}

TEST_F(RunLedgerTest, TheBestOfSeveralAnswersCountsAndTheUnknownForbidsNothing) {
  for (const int status : {503, 504, 503}) ledger_.answered({0, 0}, status);
  for (const int status : {503, 0, 202}) ledger_.answered({0, 1}, status);
  arrives(0);
  arrives(1);
  EXPECT_EQ(totals().unknown, 1U);
  EXPECT_EQ(totals().acked, 1U);
  EXPECT_EQ(totals().refused + totals().forbidden, 0U);
}

TEST_F(RunLedgerTest, AnEarlierMessageSentAfterALaterOneIsAnInversion) {
  for (const std::size_t number : {0U, 2U, 1U, 3U}) {
    arrives(number);
    ledger_.answered({0, number}, 202);
  }
  EXPECT_EQ(totals().inversions, 1U);
}

TEST_F(RunLedgerTest, ARetransmissionInOrderIsADuplicateAndNoInversion) {
  for (const std::size_t connection : {0U, 1U}) {
    for (const std::size_t number : {0U, 1U}) arrives(number, connection);
  }
  for (const std::size_t number : {0U, 1U}) ledger_.answered({0, number}, 200);
  EXPECT_EQ(totals().duplicates, 2U);
  EXPECT_EQ(totals().inversions, 0U);
  EXPECT_EQ(totals().repeated, 0U);
}

TEST_F(RunLedgerTest, WhatNoCrashExplainsIsARepeat) {
  arrives(0, 0);
  arrives(0, 0);
  arrives(1, 0, "one");
  arrives(1, 1, "another");
  arrives(2, 0, "one");
  arrives(2, 1, "one");
  EXPECT_EQ(totals().repeated, 2U) << "twice on a connection, and under two ids";
}

TEST_F(RunLedgerTest, WhatTheBrokerConfirmedItsSubscriberMustHaveSeen) {
  arrives(0);
  arrives(1);
  ledger_.seen({0, 0});
  EXPECT_FALSE(ledger_.all_confirmed_are_seen());
  EXPECT_EQ(ledger_.compare(true).unseen, 1U);
}

TEST_F(RunLedgerTest, AtQos0NothingIsLostButRefusalsHold) {
  ledger_.answered({1, 0}, 200);
  ledger_.answered({1, 1}, 503);
  ledger_.sent({1, 1}, {});
  EXPECT_EQ(totals().lost, 0U);
  EXPECT_EQ(totals().acked_qos0, 1U);
  EXPECT_EQ(totals().forbidden, 1U);
}

RunResult clean_result() {
  RunResult result{.totals = {.acked = 1}, .window = 10, .crashes = 2, .drained = true};
  result.recoveries.emplace_back(std::chrono::milliseconds(1000));
  return result;
}

TEST(RunResultTest, EachBarIsHeldAgainstTheRun) {
  EXPECT_TRUE(violations_of(clean_result()).empty());
  const auto red = [](auto change) {
    RunResult result = clean_result();
    change(result);
    return violations_of(result).size() == 1;
  };
  EXPECT_TRUE(red([](RunResult& result) { result.totals.lost = 1; }));
  EXPECT_TRUE(red([](RunResult& result) { result.totals.forbidden = 1; }));
  EXPECT_TRUE(red([](RunResult& result) { result.totals.inversions = 1; }));
  EXPECT_TRUE(red([](RunResult& result) { result.totals.repeated = 1; }));
  EXPECT_TRUE(red([](RunResult& result) { result.totals.damaged = 1; }));
  EXPECT_TRUE(red([](RunResult& result) { result.totals.unseen = 1; }));
  EXPECT_TRUE(red([](RunResult& result) { result.totals.acked = 0; }));
  EXPECT_TRUE(red([](RunResult& result) { result.totals.duplicates = 21; }));
  EXPECT_FALSE(red([](RunResult& result) { result.totals.duplicates = 20; }));
  EXPECT_TRUE(red([](RunResult& result) { result.unanswered = 1; }));
  EXPECT_TRUE(red([](RunResult& result) { result.unlike = 1; }));
  EXPECT_TRUE(red([](RunResult& result) { result.drained = false; }));
  EXPECT_TRUE(red([](RunResult& result) { result.recoveries.emplace_back(std::nullopt); }));
  EXPECT_TRUE(red([](RunResult& result) { result.recoveries.emplace_back(std::chrono::seconds(8)); }));
}

}  // namespace
}  // namespace bridge::test
