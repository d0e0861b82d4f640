#include "bridge/relay/kept_changes.h"

#include <gtest/gtest.h>

#include <optional>

namespace bridge {
namespace {

using Changes = std::vector<SubscriptionChange>;

/// A disk in the hands of the test, which sees each save and decides when and how it ends.
class HeldStore : public SubscriptionStore {
 public:
  void save(Changes changes, std::function<void(bool)> done) override {
    EXPECT_FALSE(done_) << "two saves at a time";
    saved.push_back(std::move(changes));
    done_ = std::move(done);
  }
  void end(bool kept) {
    const auto done = std::exchange(done_, nullptr);
    ASSERT_TRUE(done);
    done(kept);
  }
  bool is_saving() const { return static_cast<bool>(done_); }

  std::vector<Changes> saved;

 private:
  std::function<void(bool)> done_;
};

class KeptChangesTest : public testing::Test {
 protected:
  void add(const std::string& filter, std::optional<QoS> qos) {
    answers.emplace_back();
    changes.add({filter, qos}, [this, number = answers.size() - 1](bool kept) {
      EXPECT_FALSE(answers[number]) << "told twice";
      answers[number] = kept;
    });
  }
  using Answers = std::vector<std::optional<bool>>;

  HeldStore store;
  Answers answers;
  KeptChanges changes{{{"configured", QoS::at_most_once}}, {{"found", QoS::at_least_once}}, &store};
};

TEST_F(KeptChangesTest, FiveHundredAtOnceAreTwoSavesOfWhichTheSecondHasTheNewest) {
  add("first", QoS::at_most_once);
  for (int i = 0; i < 500; ++i) add("a", i % 2 == 0 ? QoS::at_least_once : QoS::exactly_once);
  ASSERT_EQ(store.saved.size(), 1U);
  EXPECT_EQ(store.saved[0], (Changes{{"first", QoS::at_most_once}, {"found", QoS::at_least_once}}));
  store.end(true);
  EXPECT_EQ(answers[0], true);
  EXPECT_FALSE(answers[1]) << "what is not on the disk is not promised";
  ASSERT_EQ(store.saved.size(), 2U);
  EXPECT_EQ(store.saved[1],
            (Changes{{"a", QoS::exactly_once}, {"first", QoS::at_most_once}, {"found", QoS::at_least_once}}));
  store.end(true);
  EXPECT_EQ(answers, Answers(501, true));
  EXPECT_FALSE(store.is_saving());
}

TEST_F(KeptChangesTest, WhatChangesNothingWritesNothing) {
  add("found", QoS::at_least_once);
  add("never there", std::nullopt);
  EXPECT_EQ(answers, Answers(2, true));
  EXPECT_TRUE(store.saved.empty());
}

TEST_F(KeptChangesTest, WhatChangesNothingWaitsForTheSaveThatHasIt) {
  add("a", QoS::at_least_once);
  add("a", QoS::at_least_once);
  EXPECT_FALSE(answers[1]);
  store.end(true);
  EXPECT_EQ(answers, Answers(2, true));
  EXPECT_EQ(store.saved.size(), 1U);
}

TEST_F(KeptChangesTest, ASaveThatFailsIsToldAndTriedAgainWithTheNextChange) {
  add("a", QoS::at_least_once);
  add("b", QoS::at_least_once);
  store.end(false);
  EXPECT_EQ(answers[0], false);
  EXPECT_FALSE(answers[1]) << "its own save is under way";
  store.end(false);
  EXPECT_EQ(answers[1], false);
  add("b", QoS::at_least_once);
  ASSERT_EQ(store.saved.size(), 3U) << "it is not on the disk, although it is nothing new";
  EXPECT_EQ(store.saved[2].size(), 3U);
  store.end(true);
  EXPECT_EQ(answers[2], true);
}

TEST_F(KeptChangesTest, ARemovalIsKeptOnlyOfWhatIsConfigured) {
  add("configured", std::nullopt);
  store.end(true);
  add("found", std::nullopt);
  store.end(true);
  EXPECT_EQ(store.saved.back(), (Changes{{"configured", std::nullopt}}));
}

TEST_F(KeptChangesTest, WithoutAStoreAllCountsAsKept) {
  KeptChanges unkept({}, {}, nullptr);
  std::optional<bool> told;
  unkept.add({"a", QoS::at_least_once}, [&](bool kept) { told = kept; });
  EXPECT_EQ(told, true);
}

}  // namespace
}  // namespace bridge
