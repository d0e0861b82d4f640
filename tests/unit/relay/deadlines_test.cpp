#include "deadlines.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <random>
#include <set>

#include "fakes/manual_clock.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

class DeadlinesTest : public testing::Test {
 protected:
  Due* next() { return deadlines.next_due(clock.now()); }
  void set(Due& due, std::chrono::milliseconds in) { deadlines.set(due, clock.now() + in, clock.now()); }

  ManualClock clock;
  Deadlines deadlines;
};

TEST_F(DeadlinesTest, FindsEachAtItsTimeAndNoSooner) {
  Due a, b, c;
  set(a, 5s);
  set(b, 5001ms);
  set(c, 1h);
  EXPECT_EQ(deadlines.earliest(), clock.now() + 5s);
  clock.advance(4999ms);
  EXPECT_EQ(next(), nullptr);
  clock.advance(1ms);
  EXPECT_EQ(next(), &a);
  EXPECT_EQ(next(), nullptr);
  EXPECT_EQ(deadlines.earliest(), clock.now() + 1ms);
  clock.advance(1ms);
  EXPECT_EQ(next(), &b);
  clock.advance(1h);
  EXPECT_EQ(next(), &c);
  EXPECT_EQ(next(), nullptr);
  EXPECT_EQ(deadlines.earliest(), TimePoint::max());
}

TEST_F(DeadlinesTest, ForgetsWhatIsDestroyedOrNoLongerDue) {
  Due stays;
  {
    Due goes;
    set(goes, 1s);
    set(stays, 1s);
  }
  Due cancelled;
  set(cancelled, 1s);
  cancelled.no_longer_due();
  clock.advance(1s);
  EXPECT_EQ(next(), &stays);
  EXPECT_EQ(next(), nullptr);
}

TEST_F(DeadlinesTest, TakesTheTimeThatWasSetLast) {
  Due due;
  set(due, 1s);
  set(due, 20s);
  clock.advance(19s);
  EXPECT_EQ(next(), nullptr);
  set(due, 0s);
  EXPECT_EQ(next(), &due);
}

TEST_F(DeadlinesTest, AgreesWithASortedListWhateverIsAsked) {
  std::mt19937 random(1);
  std::deque<Due> dues(200);
  std::multimap<TimePoint, Due*> model;
  const auto forget = [&](Due* due) {
    std::erase_if(model, [due](const auto& each) { return each.second == due; });
  };
  for (int step = 0; step < 20000; ++step) {
    Due& due = dues[random() % dues.size()];
    switch (random() % 4) {
      case 0: {
        forget(&due);
        const auto in = std::chrono::milliseconds(random() % 2 == 0 ? random() % 100 : random() % 30000);
        set(due, in);
        model.emplace(clock.now() + in, &due);
        break;
      }
      case 1:
        due.no_longer_due();
        forget(&due);
        break;
      case 2:
        clock.advance(std::chrono::milliseconds(random() % 40 == 0 ? random() % 20000 : random() % 20));
        break;
      default: {
        std::set<Due*> found;
        while (Due* const one = next()) found.insert(one);
        std::set<Due*> expected;
        while (!model.empty() && model.begin()->first <= clock.now()) {
          expected.insert(model.begin()->second);
          model.erase(model.begin());
        }
        ASSERT_EQ(found, expected) << step;
        const TimePoint earliest = model.empty() ? TimePoint::max() : model.begin()->first;
        ASSERT_LE(deadlines.earliest(), earliest) << step;
        ASSERT_GT(deadlines.earliest(), clock.now()) << step;
      }
    }
  }
}

}  // namespace
}  // namespace bridge
