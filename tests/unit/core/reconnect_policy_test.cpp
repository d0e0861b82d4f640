#include "bridge/core/reconnect_policy.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

using namespace std::chrono_literals;
using Failure = ReconnectPolicy::Failure;
using Loss = ReconnectPolicy::Loss;
using Target = ReconnectPolicy::Target;

class ReconnectPolicyTest : public ::testing::Test {
 protected:
  using Duration = std::chrono::steady_clock::duration;

  ReconnectPolicy policy(std::size_t servers, int version = 5) {
    return ReconnectPolicy(servers, version, [this] { return random_; });
  }

  Duration wait(const ReconnectPolicy& policy) const { return policy.next_attempt() - now_; }

  /// Waits as told, tries, and fails.
  bool fail(ReconnectPolicy& policy, Failure failure = Failure::unreachable) {
    now_ = std::max(now_, policy.next_attempt());
    policy.attempting(now_);
    return policy.failed(now_, failure);
  }

  bool connect(ReconnectPolicy& policy) {
    now_ = std::max(now_, policy.next_attempt());
    policy.attempting(now_);
    return policy.connected(now_);
  }

  bool lose_after(ReconnectPolicy& policy, Duration life, Loss loss = Loss::unprovoked) {
    now_ += life;
    return policy.lost(now_, loss);
  }

  TimePoint now_ = TimePoint{} + 1000h;
  double random_ = 0.999;
};

TEST_F(ReconnectPolicyTest, TriesTheFirstServerAtOnceWithMqtt5) {
  auto policy = this->policy(2);
  EXPECT_LE(policy.next_attempt(), now_);
  EXPECT_EQ(policy.target(), (Target{0, 5}));
}

TEST_F(ReconnectPolicyTest, TriesAtOnceAndTheSameServerAfterALoss) {
  auto policy = this->policy(2);
  connect(policy);
  lose_after(policy, 1h);
  EXPECT_EQ(wait(policy), 0s);
  EXPECT_EQ(policy.target(), (Target{0, 5}));
}

TEST_F(ReconnectPolicyTest, WaitsAtMostASecondDuringTheFirstMinute) {
  auto policy = this->policy(1);
  connect(policy);
  lose_after(policy, 1h);
  for (const auto loss = now_; now_ - loss < 59s;) {
    fail(policy);
    EXPECT_LE(wait(policy), 1s);
    EXPECT_GT(wait(policy), 0s);
  }
}

TEST_F(ReconnectPolicyTest, SpreadsTheAttemptsOfManyBridges) {
  auto early = this->policy(1);
  random_ = 0;
  fail(early);
  const auto shortest = wait(early);
  auto late = this->policy(1);
  random_ = 0.999;
  fail(late);
  EXPECT_GT(wait(late), 2 * shortest);
}

TEST_F(ReconnectPolicyTest, WaitsLongerAfterAMinuteButNeverMoreThanTenSeconds) {
  auto policy = this->policy(1);
  fail(policy);
  now_ += 2min;
  auto longest = Duration::zero();
  for (int i = 0; i < 20; ++i) {
    fail(policy);
    longest = std::max(longest, wait(policy));
  }
  EXPECT_GT(longest, 9s);
  EXPECT_LE(longest, 10s);
}

TEST_F(ReconnectPolicyTest, StartsQuicklyAgainAfterALongOutageIsOver) {
  auto policy = this->policy(1);
  fail(policy);
  now_ += 1h;
  for (int i = 0; i < 10; ++i) fail(policy);
  connect(policy);
  lose_after(policy, 1min);
  fail(policy);
  EXPECT_LE(wait(policy), 1s);
}

TEST_F(ReconnectPolicyTest, GoesThroughTheServersInTurnAndPausesAfterEachRound) {
  auto policy = this->policy(3);
  fail(policy);
  EXPECT_EQ(policy.target().server, 1u);
  EXPECT_EQ(wait(policy), 0s);
  fail(policy);
  EXPECT_EQ(policy.target().server, 2u);
  EXPECT_EQ(wait(policy), 0s);
  fail(policy);
  EXPECT_EQ(policy.target().server, 0u);
  EXPECT_GT(wait(policy), 0s);
}

TEST_F(ReconnectPolicyTest, RebuildsAConnectionThatDiesAtOnceNoFasterThanThePausesAllow) {
  auto policy = this->policy(1);
  connect(policy);
  lose_after(policy, 1ms, Loss::after_publish);
  EXPECT_GT(wait(policy), 100ms);
  EXPECT_LE(wait(policy), 1s);
}

/// A broker that ends each connection soon, whatever for, is not asked for one a second for ever.
TEST_F(ReconnectPolicyTest, BuildsConnectionsThatDoNotLastFurtherApartAfterAMinute) {
  auto policy = this->policy(1);
  for (const auto life : {1ms, 1500ms}) {
    connect(policy);
    lose_after(policy, 1h);
    for (const auto end = now_ + 3min; now_ < end;) {
      connect(policy);
      lose_after(policy, life, Loss::explained);
    }
    EXPECT_GT(wait(policy), 5s);
    EXPECT_LE(wait(policy), 10s);
  }
  connect(policy);
  lose_after(policy, 5s, Loss::explained);
  EXPECT_EQ(wait(policy), 0s) << "it lasted";
}

TEST_F(ReconnectPolicyTest, PausesShortlyThreeTimesWhereTheBrokerMayHaveClosedForAMessage) {
  auto policy = this->policy(1);
  connect(policy);
  lose_after(policy, 5s, Loss::after_publish);
  EXPECT_EQ(wait(policy), 0s) << "it lived";
  for (int loss = 0; loss < 3; ++loss) {
    connect(policy);
    lose_after(policy, 50ms, Loss::after_publish);
    EXPECT_EQ(wait(policy), 150ms) << "200 ms from attempt to attempt";
  }
  connect(policy);
  lose_after(policy, 50ms, Loss::after_publish);
  EXPECT_GE(wait(policy), 200ms) << "somebody goes on sending such messages";
}

TEST_F(ReconnectPolicyTest, FallsBackToMqtt3AtOnceOnTheSameServerWhen5IsRefused) {
  auto policy = this->policy(2);
  EXPECT_TRUE(fail(policy, Failure::version_refused));
  EXPECT_EQ(policy.target(), (Target{0, 4}));
  EXPECT_EQ(wait(policy), 0s);
}

TEST_F(ReconnectPolicyTest, KeepsTheVersionThatAServerAccepted) {
  auto policy = this->policy(2);
  fail(policy, Failure::version_refused);
  connect(policy);
  lose_after(policy, 1h);
  EXPECT_EQ(policy.target(), (Target{0, 4}));
  fail(policy);
  EXPECT_EQ(policy.target(), (Target{1, 5})) << "the other server has refused nothing";
}

TEST_F(ReconnectPolicyTest, Asks5AgainWhenTheServerNowRefuses3) {
  auto policy = this->policy(1);
  fail(policy, Failure::version_refused);
  connect(policy);
  lose_after(policy, 1h);
  EXPECT_FALSE(fail(policy, Failure::version_refused));
  EXPECT_EQ(policy.target().version, 5);
  EXPECT_EQ(wait(policy), 0s);
}

TEST_F(ReconnectPolicyTest, PausesWhenAServerRefusesBothVersions) {
  auto policy = this->policy(1);
  EXPECT_TRUE(fail(policy, Failure::version_refused));
  EXPECT_FALSE(fail(policy, Failure::version_refused));
  EXPECT_GT(wait(policy), 0s);
}

TEST_F(ReconnectPolicyTest, TakesTheVersionsByTurnsWithAServerThatClosesSilently) {
  auto policy = this->policy(1);
  std::vector<int> versions;
  for (int i = 0; i < 6; ++i) {
    versions.push_back(policy.target().version);
    fail(policy, Failure::closed_silently);
  }
  EXPECT_EQ(versions, (std::vector{5, 5, 4, 5, 4, 5}));
}

TEST_F(ReconnectPolicyTest, Tries3WhereTwoConnectsOf5WereLeftUnanswered) {
  auto policy = this->policy(1);
  fail(policy, Failure::unanswered);
  EXPECT_EQ(policy.target().version, 5) << "one may be the network's fault";
  fail(policy, Failure::unanswered);
  EXPECT_EQ(policy.target().version, 4);
}

TEST_F(ReconnectPolicyTest, UsesThe3ThatWasTakenWhereAnother5WouldCostATimeOut) {
  auto policy = this->policy(1);
  fail(policy, Failure::unanswered);
  fail(policy, Failure::unanswered);
  EXPECT_FALSE(connect(policy));
  EXPECT_EQ(policy.target().version, 4);
  lose_after(policy, 1h);
  EXPECT_EQ(policy.target().version, 5) << "it is asked once more, later";
}

TEST_F(ReconnectPolicyTest, KeepsAsking5WhereThereIsNoConnection) {
  auto policy = this->policy(1);
  for (int i = 0; i < 5; ++i) fail(policy);
  EXPECT_EQ(policy.target().version, 5);
}

TEST_F(ReconnectPolicyTest, DoesNotTakeAProxyWithoutABrokerForABrokerWithout5) {
  auto policy = this->policy(1);
  fail(policy, Failure::closed_silently);
  fail(policy, Failure::closed_silently);
  ASSERT_EQ(policy.target().version, 4);
  EXPECT_TRUE(connect(policy)) << "the broker is up now, and would also take 5";
  EXPECT_EQ(policy.target().version, 5);
  EXPECT_EQ(wait(policy), 0s);
  EXPECT_FALSE(connect(policy));
}

TEST_F(ReconnectPolicyTest, StaysWith3WhenTheServerHasClosedOn5OnceMore) {
  auto policy = this->policy(1);
  fail(policy, Failure::closed_silently);
  fail(policy, Failure::closed_silently);
  ASSERT_TRUE(connect(policy));
  fail(policy, Failure::closed_silently);
  EXPECT_EQ(policy.target().version, 4);
  EXPECT_FALSE(connect(policy));
}

TEST_F(ReconnectPolicyTest, UsesThe3ThatWasTakenAndAsksFor5AfterTheNextLossWhereThatIsEnough) {
  ReconnectPolicy policy(
      1, 5, [] { return 0.5; }, ReconnectPolicy::AskAgain::after_loss);
  fail(policy, Failure::closed_silently);
  fail(policy, Failure::closed_silently);
  EXPECT_FALSE(connect(policy));
  EXPECT_EQ(policy.target().version, 4);
  lose_after(policy, 1h);
  EXPECT_EQ(policy.target().version, 5);
  fail(policy, Failure::closed_silently);
  EXPECT_EQ(policy.target().version, 4);
  EXPECT_FALSE(connect(policy));
  lose_after(policy, 1h);
  EXPECT_EQ(policy.target().version, 4) << "asked once";
}

TEST_F(ReconnectPolicyTest, FindsOutWithoutDelayThatAServerSpeaksOnly3) {
  auto policy = this->policy(1);
  fail(policy, Failure::closed_silently);
  EXPECT_EQ(wait(policy), 200ms);
  fail(policy, Failure::closed_silently);
  EXPECT_EQ(wait(policy), 200ms);
  fail(policy, Failure::closed_silently);
  EXPECT_GT(wait(policy), 200ms) << "it speaks neither";
}

TEST_F(ReconnectPolicyTest, SuspectsTheVersionUntilBothWereTried) {
  auto policy = this->policy(1);
  EXPECT_FALSE(policy.may_be_the_version(Failure::unreachable));
  EXPECT_TRUE(policy.may_be_the_version(Failure::closed_silently));
  fail(policy, Failure::closed_silently);
  EXPECT_TRUE(policy.may_be_the_version(Failure::closed_silently));
  fail(policy, Failure::closed_silently);
  EXPECT_FALSE(policy.may_be_the_version(Failure::closed_silently)) << "this one was with 3.1.1";
  EXPECT_TRUE(connect(policy));
  EXPECT_TRUE(policy.may_be_the_version(Failure::closed_silently)) << "5 is asked for once more";
  fail(policy, Failure::closed_silently);
  connect(policy);
  EXPECT_FALSE(this->policy(1, 3).may_be_the_version(Failure::closed_silently));
}

TEST_F(ReconnectPolicyTest, KeepsTo3WhenToldSo) {
  auto policy = this->policy(1, 3);
  EXPECT_EQ(policy.target().version, 4);
  EXPECT_FALSE(fail(policy, Failure::version_refused));
  fail(policy, Failure::closed_silently);
  fail(policy, Failure::closed_silently);
  EXPECT_EQ(policy.target().version, 4);
}

TEST_F(ReconnectPolicyTest, DoesNotFightForItsClientIdentifier) {
  auto policy = this->policy(1);
  connect(policy);
  EXPECT_TRUE(lose_after(policy, 1h, Loss::taken_over));
  EXPECT_GE(wait(policy), 20s);
  EXPECT_LE(wait(policy), 40s);
}

TEST_F(ReconnectPolicyTest, SuspectsATakeOverWhenFiveConnectionsInARowAreClosedSoon) {
  auto policy = this->policy(1, 3);
  for (int i = 0; i < 4; ++i) {
    connect(policy);
    EXPECT_FALSE(lose_after(policy, 1s)) << "a broker may be restarted in a hurry";
  }
  connect(policy);
  EXPECT_TRUE(lose_after(policy, 1s));
  EXPECT_GE(wait(policy), 20s);
}

TEST_F(ReconnectPolicyTest, DoesNotSuspectATakeOverWhereTheBrokerGivesAnotherReason) {
  auto policy = this->policy(1);
  for (int loss = 0; loss < 10; ++loss) {
    connect(policy);
    EXPECT_FALSE(lose_after(policy, 100ms, Loss::explained)) << loss;
  }
}

TEST_F(ReconnectPolicyTest, DoesNotSuspectATakeOverWhenConnectionsLast) {
  auto policy = this->policy(1, 3);
  for (int i = 0; i < 10; ++i) {
    connect(policy);
    EXPECT_FALSE(lose_after(policy, 2s));
  }
}

TEST_F(ReconnectPolicyTest, DoesNotSuspectATakeOverAfterAPublishThatTheBrokerMayForbid) {
  auto policy = this->policy(1);
  for (int i = 0; i < 6; ++i) {
    connect(policy);
    EXPECT_FALSE(lose_after(policy, 1s, Loss::after_publish));
  }
}

TEST_F(ReconnectPolicyTest, DoesNotSuspectATakeOverWhileTheBrokerIsDownBetweenTheLosses) {
  auto policy = this->policy(1);
  for (int i = 0; i < 6; ++i) {
    connect(policy);
    EXPECT_FALSE(lose_after(policy, 1s));
    fail(policy);
  }
}

}  // namespace
}  // namespace bridge
