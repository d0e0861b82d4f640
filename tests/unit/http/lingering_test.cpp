#include "lingering.h"

#include <gtest/gtest.h>

#include <array>

namespace bridge {
namespace {

/// They are told apart by their addresses only.
Connection& place_of(std::size_t n) {
  static std::array<char, 10> places{};
  return *reinterpret_cast<Connection*>(&places.at(n));
}

TEST(LingeringTest, NamesTheOldestWhenThereAreTooMany) {
  Lingering lingering(2);
  const auto first = lingering.add(place_of(1));
  lingering.add(place_of(2));
  EXPECT_EQ(lingering.surplus(), nullptr);
  const auto third = lingering.add(place_of(3));
  EXPECT_EQ(lingering.surplus(), &place_of(1));
  lingering.remove(first);
  EXPECT_EQ(lingering.surplus(), nullptr);
  lingering.remove(third);
  lingering.add(place_of(4));
  lingering.add(place_of(5));
  EXPECT_EQ(lingering.surplus(), &place_of(2));
}

}  // namespace
}  // namespace bridge
