#include "subscribe_queue.h"

#include <gtest/gtest.h>

#include "scripted_client.h"

namespace bridge::listener {
namespace {

using namespace std::chrono_literals;
using Kind = SubscribeOutcome::Kind;
using Filters = std::vector<std::string>;

class SubscribeQueueTest : public testing::Test {
 protected:
  void add(const std::string& filter, bool subscribes = true) {
    queue_.add({subscribes,
                {filter, QoS::at_most_once},
                [this, filter](SubscribeOutcome outcome) { told_.emplace_back(filter, outcome); }},
               now_);
  }
  void connect(const BrokerLimits& limits = {}) {
    client_.sent.clear();
    queue_.connected(client_, limits, now_);
  }
  void answer(std::size_t index, Kind kind = Kind::granted, int code = 0) {
    queue_.answered(client_.sent.at(index).number, {kind, code}, now_);
  }
  void lose(int reason_code = -1) {
    queue_.lost(reason_code, now_);
    now_ += 1s;
  }
  /// Subscribes to all `filters` on a new connection.
  void connect_and_subscribe(const Filters& filters) {
    connect();
    for (const std::string& filter : filters) add(filter);
    queue_.send_next(now_);
  }
  Kind last_kind() const { return told_.at(told_.size() - 1).second.kind; }

  ScriptedClient client_;
  SubscribeQueue queue_;
  TimePoint now_{1h};
  std::vector<std::pair<std::string, SubscribeOutcome>> told_;
};

TEST_F(SubscribeQueueTest, SendsAllAtOnceToABrokerThatGaveNoReasonToDoubtThem) {
  connect_and_subscribe({"a", "b", "c"});
  EXPECT_EQ(client_.filters(), (Filters{"a", "b", "c"}));
}

TEST_F(SubscribeQueueTest, TellsWhatTheBrokerAnswered) {
  connect_and_subscribe({"a", "b"});
  answer(0, Kind::granted, 1);
  answer(1, Kind::refused, 135);
  ASSERT_EQ(told_.size(), 2u);
  EXPECT_EQ(told_[0].first, "a");
  EXPECT_EQ(told_[0].second.code, 1);
  EXPECT_EQ(told_[1].second.code, 135);
  EXPECT_TRUE(queue_.is_empty());
}

TEST_F(SubscribeQueueTest, TellsWhatWasUnderWayAsLostOnce) {
  connect_and_subscribe({"a"});
  const auto number = client_.sent[0].number;
  lose();
  EXPECT_EQ(last_kind(), Kind::lost);
  queue_.answered(number, {Kind::lost, 0}, now_);  // paho tells it, too
  queue_.answered(number, {Kind::granted, 0}, now_);
  EXPECT_EQ(told_.size(), 1u);
}

TEST_F(SubscribeQueueTest, AfterALossSendsTheSuspectsOneAtATimeBehindTheOthers) {
  connect_and_subscribe({"good", "bad", "late"});
  answer(0);
  lose();
  connect_and_subscribe({"bad", "good", "late"});
  EXPECT_EQ(client_.filters(), Filters{"good"});
  answer(0);
  queue_.send_next(now_);
  EXPECT_EQ(client_.filters(), (Filters{"good", "bad"}));
  answer(1);
  queue_.send_next(now_);
  EXPECT_EQ(client_.filters(), (Filters{"good", "bad", "late"}));
}

TEST_F(SubscribeQueueTest, LeavesOutTheFilterThatCostTheConnectionAloneAndNoOther) {
  connect_and_subscribe({"bad", "late"});
  lose();
  connect_and_subscribe({"bad", "late"});
  EXPECT_EQ(client_.filters(), Filters{"bad"});
  lose(158);
  told_.clear();
  connect_and_subscribe({"bad", "late"});
  EXPECT_EQ(client_.filters(), Filters{"late"});
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].first, "bad");
  EXPECT_EQ(told_[0].second.kind, Kind::left_out);
  EXPECT_EQ(told_[0].second.code, 158);
  answer(0);
  connect_and_subscribe({"late"});
  EXPECT_EQ(client_.filters(), Filters{"late"}) << "granted, it is above suspicion again";
}

TEST_F(SubscribeQueueTest, LeavesOutAFilterThatTheBrokerRefusesAndThenClosesFor) {
  for (int i = 0; i < 2; ++i) {
    connect_and_subscribe({"forbidden"});
    answer(0, Kind::refused, 135);
    EXPECT_TRUE(queue_.may_be_at_fault(now_));
    lose();
  }
  connect_and_subscribe({"forbidden"});
  EXPECT_TRUE(client_.sent.empty());
  EXPECT_EQ(told_.back().second.code, 135);
}

TEST_F(SubscribeQueueTest, DoesNotBlameTheNextFilterForALossThatARefusalExplains) {
  for (int i = 0; i < 2; ++i) {
    connect_and_subscribe({"forbidden", "innocent"});
    answer(0, Kind::refused, 135);
    queue_.send_next(now_);
    ASSERT_EQ(client_.filters(), (Filters{"forbidden", "innocent"}));
    lose();
  }
  connect_and_subscribe({"forbidden", "innocent"});
  EXPECT_EQ(client_.filters(), Filters{"innocent"});
}

TEST_F(SubscribeQueueTest, DoesNotBlameARefusalForALossLongAfterIt) {
  for (int i = 0; i < 3; ++i) {
    connect_and_subscribe({"forbidden"});
    answer(0, Kind::refused, 135);
    now_ += 3s;
    EXPECT_FALSE(queue_.may_be_at_fault(now_));
    lose();
  }
  connect_and_subscribe({"forbidden"});
  EXPECT_EQ(client_.filters(), Filters{"forbidden"});
}

TEST_F(SubscribeQueueTest, BlamesNobodyWhenWeLeave) {
  for (int i = 0; i < 3; ++i) {
    connect_and_subscribe({"a"});
    queue_.left();
    queue_.fail_all();
  }
  connect_and_subscribe({"a", "b"});
  EXPECT_EQ(client_.filters(), (Filters{"a", "b"}));
}

TEST_F(SubscribeQueueTest, SendsNothingBesideASuspect) {
  connect_and_subscribe({"suspect"});
  lose();
  connect_and_subscribe({"suspect"});
  add("other");
  EXPECT_EQ(client_.filters(), Filters{"suspect"});
  answer(0);
  EXPECT_EQ(client_.filters(), (Filters{"suspect", "other"}));
}

TEST_F(SubscribeQueueTest, DoesNotWaitForEverForAnAnswerToASuspect) {
  connect_and_subscribe({"suspect", "silent"});
  lose();
  connect_and_subscribe({"silent", "suspect"});
  add("other");
  now_ += 10s;
  queue_.send_next(now_);
  EXPECT_EQ(client_.filters(), (Filters{"silent", "other"}));
}

TEST_F(SubscribeQueueTest, KeepsTheOrderOfWhatConcernsOneFilter) {
  connect_and_subscribe({"a", "b"});
  lose();
  connect();
  add("b");
  add("a");
  add("a", false);
  queue_.send_next(now_);
  for (std::size_t i = 0; i < client_.sent.size(); ++i) {
    answer(i);
    queue_.send_next(now_);
  }
  ASSERT_EQ(client_.sent.size(), 3u);
  EXPECT_EQ(client_.filters(), (Filters{"b", "a", "a"}));
  EXPECT_FALSE(client_.sent[2].subscribes);
}

TEST_F(SubscribeQueueTest, HoldsWhatComesWithoutAConnectionUntilThereIsOneOrNone) {
  add("a");
  EXPECT_FALSE(queue_.is_empty());
  connect();
  EXPECT_EQ(client_.filters(), Filters{"a"});
  lose();
  add("b");
  queue_.fail_waiting();
  EXPECT_EQ(told_.back().first, "b");
  EXPECT_EQ(last_kind(), Kind::not_connected);
}

TEST_F(SubscribeQueueTest, AsksForNoSharedSubscriptionWhereThereAreNone) {
  BrokerLimits limits;
  limits.shared_available = false;
  add("$share/g/a");
  connect(limits);
  EXPECT_TRUE(client_.sent.empty());
  EXPECT_EQ(last_kind(), Kind::refused);
  EXPECT_EQ(told_.back().second.code, 158);
}

}  // namespace
}  // namespace bridge::listener
