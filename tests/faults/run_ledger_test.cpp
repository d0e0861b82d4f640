// Books made up by hand: the ledger finds each fault.

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
  EXPECT_NE(ledger_.evidence(false, 5).find("lost: writer 0, message 1"), std::string::npos);
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

TEST_F(RunLedgerTest, WhatItsSubscriberGotMoreOftenThanTheBrokerIsOverseen) {
  arrives(0);
  ledger_.seen({0, 0});
  EXPECT_EQ(ledger_.compare(true).overseen, 0U);
  ledger_.seen({0, 0});
  EXPECT_EQ(ledger_.compare(true).overseen, 1U);
}

TEST_F(RunLedgerTest, AMessageThatIsADeadLetterIsBlamedAndNotLost) {
  ledger_.answered({0, 0}, 202, "id");
  ledger_.answered({0, 1}, 202, "other");
  ledger_.dead("id");
  ledger_.dead("nobody's");
  EXPECT_EQ(totals().blamed, 1U);
  EXPECT_EQ(totals().lost, 1U);
}

class Qos2LedgerTest : public ::testing::Test {
 protected:
  void sent(std::size_t connection, std::size_t session, bool session_is_told = true) {
    ledger_.sent({0, 0}, {.connection = connection, .session = session, .session_is_told = session_is_told});
  }
  std::size_t repeated(int status) {
    ledger_.confirmed({0, 0});
    ledger_.answered({0, 0}, status);
    return ledger_.compare(false).repeated;
  }

  RunLedger ledger_{{2}};
};

TEST_F(Qos2LedgerTest, TwiceInASessionIsARepeatWhateverWasAnswered) {
  sent(0, 1);
  sent(1, 1);
  EXPECT_EQ(repeated(202), 1U);
}

TEST_F(Qos2LedgerTest, TwiceInTwoSessionsIsARepeatOfWhatWasOnlyConfirmed) {
  sent(0, 1);
  sent(1, 2);
  EXPECT_EQ(repeated(200), 1U) << "200 says once";
  EXPECT_EQ(repeated(202), 0U) << "202 says at least once";
}

TEST_F(Qos2LedgerTest, ASessionThatTheBridgeWasNotToldOfIsNoFaultOfIts) {
  sent(0, 1);
  sent(2, 2, false);
  EXPECT_EQ(repeated(200), 0U);
}

/// Messages of the writer whose messages expire: number 0 after a second, 3 after an hour.
class ExpiringLedgerTest : public ::testing::Test {
 protected:
  static constexpr std::size_t writer = writer_numbers::expiring;

  void accepted(std::size_t number) {
    ledger_.posted({writer, number});
    ledger_.answered({writer, number}, 202);
  }
  void sent(std::size_t number, std::optional<std::uint32_t> expiry, std::chrono::seconds later = {}) {
    ledger_.sent({writer, number}, {.expiry = expiry, .at = Clock::now() + later});
  }
  LedgerTotals totals() const { return ledger_.compare(false); }

  RunLedger ledger_{std::vector<int>(writer_numbers::count, 1)};
};

TEST_F(ExpiringLedgerTest, TheRestOfItsTimeInWholeSecondsIsRight) {
  accepted(3);
  sent(3, 3600);
  sent(3, 3590, std::chrono::seconds(10));
  EXPECT_EQ(totals().wrong_expiry + totals().late, 0U);
}

TEST_F(ExpiringLedgerTest, ItsWholeTimeAgainIsWrongAndSoIsLessThanTheRest) {
  accepted(3);
  sent(3, 3600, std::chrono::seconds(10));
  accepted(7);
  sent(7, 3500);
  accepted(11);
  sent(11, std::nullopt);
  EXPECT_EQ(totals().wrong_expiry, 3U);
}

TEST_F(ExpiringLedgerTest, WhatComesWhenItsTimeIsOverIsLateUnlessTheNetworkHeldItBack) {
  accepted(0);
  sent(0, 1, std::chrono::seconds(3));
  EXPECT_EQ(totals().late, 1U);
  ledger_.allow_stalls_of(std::chrono::seconds(3));
  EXPECT_EQ(totals().late, 0U);
}

TEST_F(ExpiringLedgerTest, WhatHasTimeLeftMustArrive) {
  accepted(3);
  EXPECT_EQ(totals().lost, 1U);
  EXPECT_EQ(totals().expired, 0U);
}

TEST_F(ExpiringLedgerTest, WhatExpiredAtTheBrokerItsSubscriberNeedNotSee) {
  accepted(0);
  sent(0, 1);
  ledger_.confirmed({writer, 0});
  EXPECT_EQ(ledger_.compare(true).unseen, 1U);
  ledger_.confirmed({writer, 0}, Clock::now() + std::chrono::seconds(1));
  EXPECT_EQ(ledger_.compare(true).unseen, 0U);
}

TEST_F(ExpiringLedgerTest, NothingMayExpireWhileNothingFails) {
  const TimePoint posted_at = Clock::now() - std::chrono::seconds(10);
  ledger_.posted({writer, 0}, posted_at);
  ledger_.answered({writer, 0}, 202);
  EXPECT_EQ(totals().expired, 1U);
  ledger_.calm_begins(posted_at - std::chrono::seconds(1));
  ledger_.calm_ends(posted_at + std::chrono::seconds(2));
  EXPECT_EQ(totals().expired, 0U);
  EXPECT_EQ(totals().lost, 1U);
}

/// Messages at which the broker closes the connection.
class PoisonedLedgerTest : public ::testing::Test {
 protected:
  static constexpr MessageName name{writer_numbers::poisoned, 0};

  RunLedger ledger_{std::vector<int>(writer_numbers::count, 1)};
};

TEST_F(PoisonedLedgerTest, StoredItMustBecomeADeadLetter) {
  ledger_.answered(name, 202, "id");
  EXPECT_EQ(ledger_.compare(true).lost, 1U);
  ledger_.dead("id");
  EXPECT_EQ(ledger_.compare(true).lost, 0U);
  EXPECT_EQ(ledger_.compare(true).dead, 1U);
  EXPECT_EQ(ledger_.compare(true).blamed, 0U);
}

TEST_F(PoisonedLedgerTest, ItMayBeSentToBeRefusedButMustNotArrive) {
  ledger_.answered(name, 403);
  ledger_.sent(name, {});
  EXPECT_EQ(ledger_.compare(true).forbidden, 0U);
  ledger_.seen(name);
  EXPECT_EQ(ledger_.compare(true).forbidden, 1U);
}

TEST_F(RunLedgerTest, WhatIsTakenForPoisonIsBlamedAndMustNotHaveArrived) {
  ledger_.answered({0, 0}, 502);
  ledger_.sent({0, 0}, {});
  EXPECT_EQ(ledger_.compare(true).forbidden, 0U);
  EXPECT_EQ(ledger_.compare(true).blamed, 1U);
  ledger_.seen({0, 0});
  EXPECT_EQ(ledger_.compare(true).forbidden, 1U);
}

TEST_F(PoisonedLedgerTest, ConfirmedWithoutAConfirmationItIsLost) {
  ledger_.answered(name, 200);
  EXPECT_EQ(ledger_.compare(true).lost, 1U);
}

RunResult clean_result() {
  RunResult result{.totals = {.acked = 1}, .window = 10, .crashes = 2};
  result.losses = 1;
  result.closings_allowed = 3;
  result.drained = true;
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
  EXPECT_TRUE(red([](RunResult& result) { result.totals.overseen = 1; }));
  EXPECT_TRUE(red([](RunResult& result) { result.totals.late = 1; }));
  EXPECT_TRUE(red([](RunResult& result) { result.totals.wrong_expiry = 1; }));
  EXPECT_TRUE(red([](RunResult& result) { result.totals.blamed = 2; }));
  EXPECT_FALSE(red([](RunResult& result) { result.totals.blamed = 1; }));
  EXPECT_TRUE(red([](RunResult& result) { result.most_closings_at_one = 4; }));
  EXPECT_FALSE(red([](RunResult& result) { result.most_closings_at_one = 3; }));
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
