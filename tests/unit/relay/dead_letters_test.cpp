#include "bridge/relay/dead_letters.h"

#include <gtest/gtest.h>

#include "publisher_with_outbox.h"

namespace bridge {
namespace {

using End = Outbox::DeadLetterEnd;

class DeadLettersTest : public PublisherWithOutboxTest {
 protected:
  void SetUp() override {
    store("a");
    connect();
    settle_down();
    outcome(0, Kind::refused, 153);
    settle_down();
  }
  std::string id() const { return outbox.dead.at(0).id; }

  DeadLetters letters{outbox, publisher(), counters};
};

TEST_F(DeadLettersTest, AreSentAgainWhenTheyAreRetried) {
  std::optional<End> end;
  letters.retry(id(), [&](End how) { end = how; });
  settle_down();
  EXPECT_EQ(end, End::done);
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "a"}));
}

TEST_F(DeadLettersTest, AreAskedForByFewAtATime) {
  std::size_t answered = 0;
  for (std::size_t i = 0; i < DeadLetters::most_at_once; i += 2) {
    letters.list("", 10, [&](const auto&) { ++answered; });
    letters.remove("unknown", [&](End) { ++answered; });
  }
  const auto refused = [&](auto call) {
    try {
      call();
    } catch (const Error& error) {
      return error.errc() == Errc::queue_full;
    }
    return false;
  };
  EXPECT_TRUE(refused([&] { letters.list("", 10, [](const auto&) {}); }));
  EXPECT_TRUE(refused([&] { letters.retry(id(), [](End) {}); }));
  EXPECT_TRUE(refused([&] { letters.remove(id(), [](End) {}); }));
  EXPECT_EQ(counters.outbox_busy.value(), 3U);
  flush();
  EXPECT_EQ(answered, DeadLetters::most_at_once);
  EXPECT_EQ(outbox.dead.size(), 1U);
  EXPECT_NO_THROW(letters.list("", 10, [](const auto&) {}));
}

}  // namespace
}  // namespace bridge
