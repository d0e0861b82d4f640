#include "address_race.h"

#include <gtest/gtest.h>

namespace bridge::mqtt {
namespace {

std::string order(const std::vector<const char*>& resolved) {
  std::vector<asio::ip::tcp::endpoint> endpoints;
  for (const char* address : resolved) endpoints.emplace_back(asio::ip::make_address(address), 1883);
  std::string text;
  for (const auto& endpoint : in_turns(endpoints)) text += endpoint.address().to_string() + " ";
  return text;
}

TEST(InTurnsTest, FamiliesTakeTurnsAndIpv6IsFirst) {
  EXPECT_EQ(order({"192.0.2.1", "192.0.2.2", "2001:db8::1"}), "2001:db8::1 192.0.2.1 192.0.2.2 ");
  EXPECT_EQ(order({"2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1"}),
            "2001:db8::1 192.0.2.1 2001:db8::2 2001:db8::3 ");
  EXPECT_EQ(order({"192.0.2.1"}), "192.0.2.1 ");
  EXPECT_EQ(order({}), "");
}

}  // namespace
}  // namespace bridge::mqtt
