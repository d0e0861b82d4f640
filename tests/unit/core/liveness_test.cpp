#include "bridge/core/liveness.h"

#include <gtest/gtest.h>

#include <functional>

namespace bridge {
namespace {

using namespace std::chrono_literals;
using Action = Liveness::Action;

constexpr auto limit = 2000ms;

/// A connection seen at the times that Liveness asks for; a function says what there is to be seen.
class LivenessTest : public ::testing::Test {
 protected:
  using Signs = Liveness::Signs;

  LivenessTest() { liveness_.begin(now_); }

  std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now_ - start_);
  }

  Action look() {
    now_ = liveness_.next_look();
    return look_now();
  }

  Action look_now() {
    const Action action = liveness_.look(now_, signs_);
    if (action == Action::probe) ++probes_;
    signs_.handed_over = false;
    signs_.probe_answered = false;
    return action;
  }

  void hear() {
    ++signs_.received;
    signs_.received_at = now_;
  }

  /// Looks for `time`, after `change` each time. @return true at the first look that gives up.
  bool gives_up_within(std::chrono::milliseconds time, const std::function<void()>& change) {
    const auto end = now_ + time;
    while (liveness_.next_look() <= end) {
      now_ = liveness_.next_look();
      change();
      if (look_now() == Action::give_up) return true;
    }
    now_ = end;
    return false;
  }

  /// Comes to where a probe has been asked for, and written.
  void come_to_probe() {
    signs_.handed_over = true;
    while (look() != Action::probe) ASSERT_LT(elapsed(), 10s);
    signs_.probe_written = true;
  }

  const TimePoint start_ = TimePoint{} + 1h;
  TimePoint now_ = start_;
  Liveness liveness_{limit};
  Signs signs_;
  int probes_ = 0;
};

TEST_F(LivenessTest, AsksNothingWhileNothingIsHandedOver) {
  EXPECT_FALSE(gives_up_within(1h, [] {}));
  EXPECT_EQ(probes_, 0);
}

TEST_F(LivenessTest, AsksNothingWhileTheBrokerIsHeard) {
  EXPECT_FALSE(gives_up_within(1min, [this] {
    signs_.handed_over = true;
    hear();
  }));
  EXPECT_EQ(probes_, 0);
}

TEST_F(LivenessTest, AsksNothingWhenTheAnswerComesAsUsual) {
  now_ += 1h;
  signs_.handed_over = true;
  EXPECT_EQ(look_now(), Action::none);
  hear();
  EXPECT_FALSE(gives_up_within(1h, [] {}));
  EXPECT_EQ(probes_, 0);
}

TEST_F(LivenessTest, WithoutALimitThereIsNothingToDo) {
  Liveness off(0ms);
  off.begin(now_);
  EXPECT_EQ(off.next_look(), TimePoint::max());
}

TEST_F(LivenessTest, OneMessageThatNobodyAnswersIsProbedOnce) {
  come_to_probe();
  signs_.probe_answered = true;
  EXPECT_EQ(look(), Action::none);
  EXPECT_FALSE(gives_up_within(1h, [] {}));
  EXPECT_EQ(probes_, 1);
}

TEST_F(LivenessTest, GivesUpWithinTheLimitOfTheLastThatWasHeard) {
  for (auto last_heard = 0ms; last_heard < limit; last_heard += 7ms) {
    now_ = start_;
    liveness_.begin(now_);
    signs_ = {};
    const auto frozen_at = now_ + last_heard;
    EXPECT_TRUE(gives_up_within(1min, [&] {
      signs_.handed_over = true;
      signs_.probe_written = true;
      if (now_ <= frozen_at) signs_.probe_answered = true;
      ++signs_.received;  // up to that moment, also between two looks
      if (now_ > frozen_at && signs_.received_at == frozen_at) --signs_.received;
      signs_.received_at = std::min(now_, frozen_at);
    }));
    EXPECT_LE(now_ - frozen_at, limit * 7 / 8) << last_heard.count();
    EXPECT_GE(now_ - liveness_.silent_since(), limit / 2);
  }
}

TEST_F(LivenessTest, GivesUpWithinTheLimitOfTheFirstMessageAfterARest) {
  for (auto rest = 60'000ms; rest < 61'000ms; rest += 7ms) {
    now_ = start_;
    liveness_.begin(now_);
    signs_ = {};
    const auto first_at = now_ + rest;
    EXPECT_TRUE(gives_up_within(2min, [&] {
      signs_.handed_over = now_ >= first_at;
      signs_.probe_written = true;
    }));
    EXPECT_LE(now_ - first_at, limit * 7 / 8) << rest.count();
  }
}

TEST_F(LivenessTest, WhateverIsHeardAfterTheProbeWillDo) {
  come_to_probe();
  hear();
  EXPECT_EQ(look(), Action::none);
  EXPECT_FALSE(gives_up_within(1h, [] {}));
}

TEST_F(LivenessTest, AnAnswerThatIsLateButInTimeWillDo) {
  come_to_probe();
  EXPECT_FALSE(gives_up_within(limit / 2 - 1ms, [] {}));
  signs_.probe_answered = true;
  EXPECT_EQ(look(), Action::none);
}

TEST_F(LivenessTest, AProcessThatWasStoppedMeasuresAnew) {
  come_to_probe();
  now_ += 1h;
  EXPECT_EQ(look_now(), Action::none);
  EXPECT_FALSE(gives_up_within(limit / 2 - 1ms, [] {}));
  EXPECT_EQ(look(), Action::give_up);
}

TEST_F(LivenessTest, AProbeThatWeDoNotWriteIsNotTheBrokersFault) {
  come_to_probe();
  signs_.probe_written = false;
  EXPECT_FALSE(gives_up_within(1min, [] {}));
  signs_.probe_written = true;
  EXPECT_TRUE(gives_up_within(limit, [] {}));
}

TEST_F(LivenessTest, AFullSocketThatTakesNothingIsGivenUp) {
  signs_.queued = 1'000'000;
  come_to_probe();
  signs_.probe_written = false;
  EXPECT_TRUE(gives_up_within(limit / 2, [] {}));
}

TEST_F(LivenessTest, AFullSocketThatEmptiesSlowlyIsWaitedFor) {
  signs_.queued = 1'000'000;
  come_to_probe();
  signs_.probe_written = false;
  EXPECT_FALSE(gives_up_within(1min, [this] { signs_.tcp_acked += 100; }));
}

TEST_F(LivenessTest, WhatWasToLeaveBeforeTheProbeIsWaitedForAndNoMore) {
  signs_.queued = 1000;
  come_to_probe();
  EXPECT_EQ(look(), Action::none);
  int looks = 0;
  EXPECT_TRUE(gives_up_within(1min, [&] {
    ++looks;
    signs_.tcp_acked += 100;  // and more behind it: the other side's system takes, the broker does not
  }));
  EXPECT_EQ(looks, 10 + 8);
}

TEST_F(LivenessTest, AProbeThatCouldNotBeSentIsAskedForAgain) {
  come_to_probe();
  liveness_.probe_failed();
  EXPECT_EQ(look(), Action::probe);
}

TEST_F(LivenessTest, ANewConnectionIsANewMeasuring) {
  come_to_probe();
  signs_ = {};
  liveness_.begin(now_);
  EXPECT_FALSE(gives_up_within(1h, [] {}));
}

}  // namespace
}  // namespace bridge
