#include "inbox.h"

#include <gtest/gtest.h>

namespace bridge::listener {
namespace {

const TimePoint long_ago{};

TEST(InboxTest, GivesTasksInTheirOrder) {
  Inbox inbox;
  std::vector<int> ran;
  inbox.put([&](TimePoint) { ran.push_back(1); });
  EXPECT_TRUE(inbox.offer([&](TimePoint) { ran.push_back(2); }));
  for (const Inbox::Task& task : inbox.take(long_ago)) task(long_ago);
  EXPECT_EQ(ran, (std::vector{1, 2}));
  EXPECT_TRUE(inbox.take(long_ago).empty());
}

TEST(InboxTest, RefusesRequestsBeyondItsCapacityButNoEvents) {
  Inbox inbox;
  for (std::size_t i = 0; i < Inbox::capacity; ++i) ASSERT_TRUE(inbox.offer([](TimePoint) {}));
  EXPECT_FALSE(inbox.offer([](TimePoint) {}));
  inbox.put([](TimePoint) {});
  EXPECT_EQ(inbox.take(long_ago).size(), Inbox::capacity + 1);
}

TEST(InboxTest, TakesNoRequestOnceItIsClosedAndWakesWhoWaits) {
  Inbox inbox;
  inbox.close();
  EXPECT_FALSE(inbox.offer([](TimePoint) {}));
  EXPECT_TRUE(inbox.take(TimePoint::max()).empty()) << "does not wait";
  inbox.put([](TimePoint) {});
  EXPECT_EQ(inbox.take(TimePoint::max()).size(), 1u) << "the farewell hears events";
}

}  // namespace
}  // namespace bridge::listener
