// Each fault of the proxy is seen by a client on its other side.

#include "support/fault_proxy.h"

#include <gtest/gtest.h>

#include <optional>
#include <thread>

namespace bridge::test {
namespace {

using Kind = LinkFault::Kind;
using std::chrono::milliseconds;

class FaultProxyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    client_ = Socket::connect_to(proxy_.port());
    server_ = listener_.accept(within(std::chrono::seconds(5)));
    ASSERT_TRUE(server_.is_open());
  }

  /// Receives `size` bytes on the other side; fewer if it ends or `time` passes.
  std::string received(std::size_t size, milliseconds time = std::chrono::seconds(5)) const {
    std::string all;
    while (all.size() < size) {
      const auto bytes = server_.receive(within(time));
      if (!bytes || bytes->empty()) break;
      all += *bytes;
    }
    return all;
  }

  bool client_is_reset() const {
    return client_.receive(within(std::chrono::seconds(5))) == std::string() && !client_.send_all("x");
  }

  Listener listener_;
  FaultProxy proxy_{listener_.port(), nullptr};
  Socket client_;
  Socket server_;
};

TEST_F(FaultProxyTest, PassesAsLongAsNothingIsInjected) {
  client_.send_all("there");
  EXPECT_EQ(received(5), "there");
  server_.send_all("back");
  EXPECT_EQ(client_.receive(within(std::chrono::seconds(5))), "back");
}

TEST_F(FaultProxyTest, CutsInTheMiddle) {
  proxy_.inject({Kind::cut, LinkFault::Direction::to_broker, 7});
  client_.send_all("0123456789");
  EXPECT_EQ(received(10), "0123456");
  EXPECT_TRUE(client_is_reset());
}

TEST_F(FaultProxyTest, WhatABlackHoleRobbedIsResetWhenItHeals) {
  proxy_.inject({Kind::black_hole});
  client_.send_all("gone");
  EXPECT_EQ(received(1, milliseconds(60)), "");
  proxy_.heal();
  EXPECT_TRUE(client_is_reset());
}

TEST_F(FaultProxyTest, ResetsWhatStands) {
  proxy_.inject({Kind::reset});
  EXPECT_TRUE(client_is_reset());
}

TEST_F(FaultProxyTest, DropsWhatStandsAndNothingThatComesLater) {
  proxy_.inject({Kind::drop});
  EXPECT_TRUE(client_is_reset());
  const Socket later = Socket::connect_to(proxy_.port());
  const Socket its_broker = listener_.accept(within(std::chrono::seconds(5)));
  later.send_all("later");
  EXPECT_EQ(its_broker.receive(within(std::chrono::seconds(5))), "later");
}

TEST_F(FaultProxyTest, APortThatIsShutRefusesUntilItIsOpen) {
  proxy_.refuse(true);
  EXPECT_TRUE(eventually(within(std::chrono::seconds(5)), [this] { return !port_is_open(proxy_.port()); }));
  proxy_.refuse(false);
  EXPECT_TRUE(eventually(within(std::chrono::seconds(5)), [this] { return port_is_open(proxy_.port()); }));
}

TEST_F(FaultProxyTest, WhatIsNotReadWaitsAndComesLater) {
  proxy_.inject({Kind::stop_reading});
  client_.send_all("later");
  EXPECT_EQ(received(1, milliseconds(60)), "");
  proxy_.heal();
  EXPECT_EQ(received(5), "later");
}

TEST_F(FaultProxyTest, DelaysAndThrottles) {
  const TimePoint start = Clock::now();
  proxy_.inject({Kind::delay, LinkFault::Direction::both, 50});
  client_.send_all("x");
  EXPECT_EQ(received(1), "x");
  EXPECT_GE(since(start), milliseconds(50));
  proxy_.inject({Kind::throttle, LinkFault::Direction::both, 1000});
  client_.send_all(std::string(100, 'x'));
  EXPECT_EQ(received(100).size(), 100U);
  EXPECT_GE(since(start), milliseconds(100)) << "100 bytes at 1,000 a second, the first slice at once";
}

}  // namespace
}  // namespace bridge::test
