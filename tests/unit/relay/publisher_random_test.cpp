// Random events in random order: each caller is answered once, and the answer is true.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "closing_broker.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

class PublisherRandomTest : public ClosingBrokerTest, public testing::WithParamInterface<unsigned> {
 protected:
  std::size_t below(std::size_t end) { return random() % end; }

  void submit_something() {
    const std::string payload = std::to_string(count++) + (below(40) == 0 ? " poison" : "");
    Message made = to("t" + std::to_string(below(4)), payload, static_cast<QoS>(below(3)));
    if (below(20) == 0) made.payload.append(20000, ' ');
    if (below(10) == 0) made.properties.message_expiry_interval = std::chrono::seconds(below(4));
    asked[made.payload] = made;
    submit(made, std::chrono::milliseconds(below(8000)), below(5) == 0);
  }

  void something_happens() {
    using LossKind = ConnectionLoss::Kind;
    switch (below(60)) {
      case 0:
        return lose({LossKind::closed, 0, {}});
      case 1:
        return lose({LossKind::broken, 0, {}});
      case 2:
        away = std::chrono::milliseconds(below(4) == 0 ? 3000 : 20);
        return lose({LossKind::disconnected, 135, {}});
      case 3:
        outbox.answer = below(2) == 0 ? AppendStatus::stored : AppendStatus::full;
        return;
      case 4:
        outbox.answer = AppendStatus::stored;
        return;
      case 5:
      case 6:
        return lose({LossKind::disconnected, 151, {}});
      default:
        for (std::size_t i = below(4); i > 0; --i) submit_something();
        return run(std::chrono::milliseconds(10 * below(30)));
    }
  }

  /// @return true if the bridge said that the message was neither sent nor stored.
  static bool is_refused(const PublishResult& result) {
    return result.error && result.error->errc() != Errc::unconfirmed;
  }

  void expect_truth() {
    std::set<std::string> dead;
    for (const DeadLetter& letter : outbox.dead) dead.insert(letter.message.payload);
    const std::set<std::string> arrived(taken.begin(), taken.end());
    for (const auto& [payload, what] : asked) {
      if (!results.contains(payload)) {
        ADD_FAILURE() << payload << " was never answered";
        continue;
      }
      const PublishResult& result = results[payload];
      EXPECT_FALSE(is_refused(result) && arrived.contains(payload))
          << payload << " was refused, and arrived: " << result.error->what();
      const bool may_be_lost = result.error || what.properties.message_expiry_interval ||
                               (what.qos == QoS::at_most_once && result.id.empty());
      EXPECT_TRUE(may_be_lost || arrived.contains(payload) || dead.contains(payload))
          << payload << " is lost";
    }
  }

  /// MQTT 5.0, 4.6: a message may come again, but none for the first time behind a later one.
  void expect_order() {
    std::map<std::string, int> latest;
    std::set<std::string> seen;
    for (const std::string& payload : taken) {
      const Message& what = asked.at(payload);
      if (what.qos == QoS::at_most_once || !seen.insert(payload).second) continue;
      int& last = latest[what.topic_name];
      EXPECT_LT(last, std::stoi(payload) + 1) << "in " << what.topic_name;
      last = std::max(last, std::stoi(payload) + 1);
    }
  }

  std::mt19937 random{GetParam()};
  int count = 0;
  std::map<std::string, Message> asked;
};

TEST_P(PublisherRandomTest, EachIsAnsweredOnceAndTruthfully) {
  settings.publish.window = 1 + below(20);
  settings.publish.queue_messages = 50;
  dislikes = [](const Message& one) { return one.payload.find("poison") != std::string::npos; };
  outbox_in_use = GetParam() % 4 == 0 ? nullptr : &outbox;
  connect();
  for (int step = 0; step < 300; ++step) something_happens();
  outbox.answer = AppendStatus::stored;
  run(300s);
  EXPECT_TRUE(outbox.stored.empty());
  expect_truth();
  expect_order();
}

INSTANTIATE_TEST_SUITE_P(Seeds, PublisherRandomTest, testing::Range(1U, 41U));

}  // namespace
}  // namespace bridge
