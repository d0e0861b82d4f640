#include "operations.h"

#include <gtest/gtest.h>

#include <set>

namespace bridge::mqtt {
namespace {

Operation publish_of(std::uint64_t id) {
  return {nullptr, Operation::Kind::publish, QoS::at_least_once, id, {}};
}

TEST(OperationsTest, GivesEachOperationOutExactlyOnce) {
  Operations operations;
  const auto number = operations.add(publish_of(7));
  const auto taken = operations.take(number);
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(taken->id, 7u);
  EXPECT_FALSE(operations.take(number).has_value());
}

TEST(OperationsTest, NeverUsesANumberAgain) {
  Operations operations;
  std::set<Operations::Number> numbers;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const auto number = operations.add(publish_of(i));
    EXPECT_TRUE(numbers.insert(number).second);
    operations.take(number);
  }
}

TEST(OperationsTest, IgnoresANumberItDoesNotKnow) {
  Operations operations;
  EXPECT_FALSE(operations.take(0).has_value());
  EXPECT_FALSE(operations.take(12345).has_value());
}

TEST(OperationsTest, TakesAllThatAreWantedAndNoOther) {
  Operations operations;
  for (std::uint64_t i = 0; i < 10; ++i) operations.add(publish_of(i));
  const auto is_even = [](const Operation& each) { return each.id % 2 == 0; };
  EXPECT_TRUE(operations.any_of(is_even));
  EXPECT_EQ(operations.take_if(is_even).size(), 5u);
  EXPECT_FALSE(operations.any_of(is_even));
  EXPECT_TRUE(operations.any_of([](const Operation& each) { return each.id == 3; }));
}

}  // namespace
}  // namespace bridge::mqtt
