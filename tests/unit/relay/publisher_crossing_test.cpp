// Messages from other threads than the loop's.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "publisher_fixture.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

class PublisherCrossingTest : public PublisherTest {
 protected:
  template <typename Function>
  static void elsewhere(Function function) {
    std::thread(function).join();
  }
  void submit_elsewhere(const Message& to_send) {
    elsewhere([&] { publisher().submit(to_send, {5s}, keep(to_send.payload)); });
  }
};

TEST_F(PublisherCrossingTest, AreTakenTogetherWhenTheLoopLooks) {
  connect();
  for (const char* payload : {"1", "2", "3"}) submit_elsewhere(message(payload));
  EXPECT_TRUE(session.sent.empty());
  EXPECT_EQ(loop.run(), 1U) << "the loop was told once";
  pump();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"1", "2", "3"}));
}

TEST_F(PublisherCrossingTest, AreRefusedOnTheLoop) {
  submit_elsewhere(message("a", QoS::at_most_once));
  EXPECT_TRUE(results.empty());
  loop.run();
  EXPECT_EQ(error_of("a"), Errc::not_connected);
}

TEST_F(PublisherCrossingTest, AreCheckedBeforeTheyCross) {
  Message invalid = message("");
  invalid.topic_name = "a/#";
  elsewhere([&] { EXPECT_THROW(publisher().submit(invalid, {5s}, [](const PublishResult&) {}), Error); });
  EXPECT_EQ(loop.run(), 0U);
}

TEST_F(PublisherCrossingTest, AreBoundedOnTheirWay) {
  settings.publish.queue_messages = 2;
  connect();
  for (const char* payload : {"1", "2", "3"}) submit_elsewhere(message(payload));
  EXPECT_EQ(error_of("3"), Errc::queue_full) << "at once: the loop may be busy";
  EXPECT_EQ(counters.publish_queue_full.value(), 1U);
  loop.run();
  submit_elsewhere(message("4"));
  EXPECT_FALSE(results.contains("4"));
}

TEST_F(PublisherCrossingTest, AreRefusedWhenTheEndIsTold) {
  publisher().begin_stop();
  publisher().end();
  submit_elsewhere(message("late"));
  EXPECT_EQ(error_of("late"), Errc::shutting_down);
}

TEST_F(PublisherCrossingTest, AllOfManyThreadsArriveEachInItsOrder) {
  settings.publish.queue_messages = settings.publish.window = 100000;
  connect();
  constexpr int threads = 4;
  constexpr int each = 1000;
  std::vector<std::thread> callers;
  std::atomic<int> submitted{0};
  for (int caller = 0; caller < threads; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < each; ++i) {
        Message one = message(std::to_string(i));
        one.topic_name = std::to_string(caller);
        publisher().submit(std::move(one), {5s}, [](const PublishResult&) {});
        ++submitted;
      }
    });
  }
  while (submitted < threads * each || loop.run() > 0) pump();
  for (std::thread& caller : callers) caller.join();
  pump();
  std::map<std::string, int> next;
  for (const auto& one : session.sent)
    EXPECT_EQ(one.message.payload, std::to_string(next[one.message.topic_name]++));
  for (int caller = 0; caller < threads; ++caller) EXPECT_EQ(next[std::to_string(caller)], each);
}

}  // namespace
}  // namespace bridge
