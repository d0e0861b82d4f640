#include "lingerer.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

using namespace std::chrono_literals;

class LingererTest : public testing::Test {
 protected:
  /// It is only told apart by its address.
  Connection& connection() { return *reinterpret_cast<Connection*>(&place_); }

  const TimePoint now{1h};
  Lingering all{0};  // one is a surplus already

 private:
  char place_ = 0;
};

TEST_F(LingererTest, GoesOnWhileTheClientSends) {
  Lingerer lingerer;
  lingerer.begin(all, connection(), now, Lingerer::longest);
  lingerer.discard(Lingerer::least_bytes);
  EXPECT_EQ(lingerer.next_deadline(now + 2s), now + 4s);
  lingerer.discard(Lingerer::least_bytes - 1);
  EXPECT_EQ(lingerer.next_deadline(now + 4s), std::nullopt) << "too slow";
}

TEST_F(LingererTest, EndsHoweverMuchTheClientSends) {
  Lingerer lingerer;
  lingerer.begin(all, connection(), now, Lingerer::longest);
  lingerer.discard(1000000);
  EXPECT_EQ(lingerer.next_deadline(now + 29s), now + 30s);
  lingerer.discard(1000000);
  EXPECT_EQ(lingerer.next_deadline(now + 30s), std::nullopt);
}

TEST_F(LingererTest, DoesNotGoOnForWhoWasTurnedAway) {
  Lingerer lingerer;
  lingerer.begin(all, connection(), now, Lingerer::timeout);
  lingerer.discard(1000000);
  EXPECT_EQ(lingerer.next_deadline(now + 2s), std::nullopt);
}

TEST_F(LingererTest, CountsOnlyWhatComesAfterTheLastResponse) {
  Lingerer lingerer;
  lingerer.discard(1000000);  // what a client sends into its stream
  lingerer.begin(all, connection(), now, Lingerer::longest);
  EXPECT_EQ(lingerer.next_deadline(now + 2s), std::nullopt);
}

TEST_F(LingererTest, HasItsPlaceUntilItLeaves) {
  Lingerer lingerer;
  EXPECT_EQ(all.surplus(), nullptr);
  lingerer.begin(all, connection(), now, Lingerer::longest);
  EXPECT_EQ(all.surplus(), &connection());
  lingerer.leave();
  lingerer.leave();
  EXPECT_EQ(all.surplus(), nullptr);
}

TEST_F(LingererTest, LeavesWithItsConnection) {
  {
    Lingerer lingerer;
    lingerer.begin(all, connection(), now, Lingerer::longest);
  }
  EXPECT_EQ(all.surplus(), nullptr);
}

}  // namespace
}  // namespace bridge
