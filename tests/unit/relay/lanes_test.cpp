#include "lanes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace bridge {
namespace {

using Payloads = std::vector<std::string>;

class LanesTest : public testing::Test {
 protected:
  Delivery& make(const std::string& topic, const std::string& payload, QoS qos, std::size_t size) {
    Delivery& made = new_delivery(incoming, {topic, payload, qos, false, {}}, nullptr);
    made.size = size;
    made.submitted = ++submitted;
    if (qos != QoS::at_most_once) made.copy.state = DiskCopy::State::none;
    return made;
  }
  void add(const std::string& topic, const std::string& payload, QoS qos = QoS::at_most_once,
           std::size_t size = 10) {
    lanes.add(make(topic, payload, qos, size));
  }
  void add_from_disk(const std::string& payload) {
    Delivery& made = make("stored", payload, QoS::at_least_once, 10);
    made.copy.state = DiskCopy::State::stored;
    move_to_back(made, lanes.from_disk);
  }
  std::string take() {
    Delivery* const next =
        lanes.next(in_order_may_go ? lanes.first_in_order(true, lanes.from_disk.empty()) : nullptr);
    if (next == nullptr) return "";
    const std::string payload = next->message.payload;
    next->handed_over(next->submitted);
    destroy(*next);
    return payload;
  }
  Payloads take_all() {
    Payloads all;
    for (std::string one = take(); !one.empty(); one = take()) all.push_back(one);
    return all;
  }

  static constexpr std::size_t megabyte = 1048576;
  bool in_order_may_go = true;
  std::uint64_t submitted = 0;
  Deliveries incoming;
  Lanes lanes;
};

TEST_F(LanesTest, KeepsTheOrderOfSubmission) {
  add("a", "1");
  add("a", "2", QoS::at_least_once);
  add("b", "3");
  add("b", "4", QoS::exactly_once);
  EXPECT_EQ(take_all(), (Payloads{"1", "2", "3", "4"}));
}

TEST_F(LanesTest, Qos0WaitsForNoWindow) {
  add("a", "1", QoS::at_least_once);
  add("a", "2");
  in_order_may_go = false;
  EXPECT_EQ(take_all(), Payloads{"2"});
}

TEST_F(LanesTest, ASmallQos0MessagePassesAQueueOfLargeOnes) {
  for (int i = 0; i < 3; ++i) add("large", "large", QoS::at_most_once, megabyte);
  for (int i = 0; i < 3; ++i) add("large too", "large", QoS::at_least_once, megabyte);
  EXPECT_EQ(take(), "large");
  add("small", "small");
  EXPECT_EQ(take(), "small") << "it waits for what is going out, and no more";
}

TEST_F(LanesTest, ASmallMessageDoesNotPassALargeOneOfItsTopic) {
  add("a", "large 0", QoS::at_most_once, megabyte);
  add("b", "large 1", QoS::at_least_once, megabyte);
  add("a", "behind 0");
  add("b", "behind 1");
  add("c", "small");
  EXPECT_EQ(take_all(), (Payloads{"small", "large 0", "large 1", "behind 0", "behind 1"}));
}

TEST_F(LanesTest, ASmallMessagePassesAgainWhenTheLargeOneOfItsTopicHasGone) {
  add("a", "large", QoS::at_most_once, megabyte);
  EXPECT_EQ(take(), "large");
  add("b", "large", QoS::at_most_once, megabyte);
  add("a", "small");
  EXPECT_EQ(take(), "small");
}

TEST_F(LanesTest, ALargeMessageIsPassedOnlySoOften) {
  add("large", "large", QoS::at_most_once, megabyte);
  for (int i = 0; i < Lanes::most_passes; ++i) {
    add("small", "small");
    EXPECT_EQ(take(), "small");
  }
  add("small", "small");
  EXPECT_EQ(take(), "large");
}

TEST_F(LanesTest, WhatComesFromTheDiskAndQos0TakeTurns) {
  for (const char* payload : {"d1", "d2", "d3"}) add_from_disk(payload);
  add("new", "new", QoS::at_least_once);
  for (const char* payload : {"q1", "q2"}) add("q", payload);
  EXPECT_EQ(take_all(), (Payloads{"q1", "d1", "q2", "d2", "d3", "new"}));
}

TEST_F(LanesTest, WhatIsRedeliveredGoesBeforeWhatIsNew) {
  add("a", "new");
  Delivery& again = make("a", "again", QoS::at_least_once, 10);
  again.handed_over(7);
  again.interrupted();
  move_to_back(again, lanes.redelivery);
  EXPECT_EQ(take_all(), (Payloads{"again", "new"}));
}

TEST_F(LanesTest, WhatWasParkedGoesBackToItsPlaceWhenItsTopicIsFree) {
  auto busy = lanes.suspected_topics.hold("busy");
  auto other = lanes.suspected_topics.hold("other");
  for (const char* topic : {"busy", "other", "busy"}) add(topic, topic, QoS::at_least_once);
  while (!lanes.ordered.empty()) lanes.park(lanes.ordered.front());
  add("free", "free", QoS::at_least_once);
  lanes.unpark_freed();
  EXPECT_EQ(lanes.parked.size(), 3U);
  busy.release();
  lanes.unpark_freed();
  EXPECT_EQ(take_all(), (Payloads{"busy", "busy", "free"}));
  EXPECT_EQ(lanes.waiting(), 1U);
}

}  // namespace
}  // namespace bridge
