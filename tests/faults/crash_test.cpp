// The bridge is killed, stopped, started twice, and started with a damaged database.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include "stored_fixture.h"
#include "writer.h"

namespace bridge::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

class CrashTest : public StoredFixture {
 protected:
  /// Stores `count` messages, and kills the bridge while it stores more.
  void load_and_kill(std::size_t count) {
    std::atomic<std::size_t> outages = 0;
    std::atomic<bool> enough = false;
    std::vector<std::unique_ptr<Writer>> writers;
    std::vector<std::thread> threads;
    for (const std::size_t number : {0U, 1U}) {
      const WriterOptions options{.number = number, .qos = 1, .bulk = 500, .lines = true};
      writers.push_back(std::make_unique<Writer>(options, bridge_->endpoint(), ledger_, outages));
      threads.emplace_back([&, writer = writers.back().get()] { writer->write(enough); });
    }
    EXPECT_TRUE(eventually(within(in_a_while), [&] { return ledger_.acked() >= count; }));
    ++outages;
    enough = true;  // each writer ends after its request under way
    bridge_->kill();
    for (std::thread& thread : threads) thread.join();
  }

  /// The time from the start of the process to its first answer to a GET and to a POST.
  milliseconds time_to_first_answers() {
    bridge_->start(BridgeProcess::Wait::none);
    const TimePoint started_at = bridge_->process().started_at();
    HttpClient http = bridge_->http();
    EXPECT_TRUE(eventually(within(soon), [&] { return http.get("/healthz").status == 200; }));
    const int status = http.post_json("/publish", {{"topic", "other"}, {"msg", "m"}, {"qos", 1}}).status;
    EXPECT_EQ(status, 202);
    return since(started_at);
  }
};

TEST_F(CrashTest, KilledDuringLoadWithAHundredThousandStoredItAnswersWithin500msAndDeliversAll) {
  start_bridge();
  load_and_kill(sanitized ? 3000 : 100000);
  const milliseconds time = time_to_first_answers();
  std::cout << ledger_.acked() << " stored, answering again after " << time.count() << " ms\n";
  EXPECT_LE(time, scaled(milliseconds(500)));
  deliver_and_compare();
}

TEST_F(CrashTest, SigtermKeepsWhatIsUnsent) {
  start_bridge();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(post(), 202) << last_.content;
  const TimePoint asked_at = Clock::now();
  EXPECT_EQ(bridge_->stop(), 0);
  EXPECT_LE(since(asked_at), scaled(soon));
  start_again();
  EXPECT_EQ(messages_stored(), 100);
  EXPECT_EQ(deliver_and_compare().acked, 100U);
}

TEST_F(CrashTest, SigtermInTheMidstOfDrainingLosesNothing) {
  start_bridge();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(post(), 202) << last_.content;
  proxy_.inject({LinkFault::Kind::throttle, LinkFault::Direction::to_broker, 20000});
  witness_.expect_confirmation();
  EXPECT_TRUE(witness_.wait_for_confirmation(within(soon)));
  EXPECT_EQ(bridge_->stop(), 0);
  start_again();
  EXPECT_EQ(deliver_and_compare().duplicates, 0U) << "what was in flight was awaited";
}

TEST_F(CrashTest, ASecondProcessOnTheSameStateDirIsRefused) {
  start_bridge();
  EXPECT_EQ(post(), 202) << last_.content;
  BridgeProcess second({.mqtt_port = proxy_.port(), .keep_state = true, .state_dir = bridge_->state_dir()},
                       BridgeProcess::Wait::none);
  const auto status = second.process().wait_for_exit(within(soon));
  ASSERT_TRUE(status);
  EXPECT_NE(*status, 0);
  const std::string told = second.output().text() + second.process().errors().text();
  EXPECT_NE(told.find(bridge_->state_dir()), std::string::npos) << told;
  EXPECT_EQ(deliver_and_compare().acked, 1U);
}

/// Cuts a file, as a person or a failing disk may.
void cut(const std::string& file, double share) {
  const auto size = static_cast<double>(fs::file_size(file));
  fs::resize_file(file, static_cast<std::uintmax_t>(size * share));
}

void flip(const std::string& file, double share) {
  const auto size = static_cast<double>(fs::file_size(file));
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  const auto place = static_cast<std::streamoff>((size - 1) * share);
  stream.seekg(place);
  const int byte = stream.get();
  stream.seekp(place);
  stream.put(static_cast<char>(~byte));
}

TEST_F(CrashTest, TheDatabaseCutOrFlippedStartsEveryTime) {
  start_bridge();
  for (int i = 0; i < 60; ++i) ASSERT_EQ(post(), 202) << last_.content;
  bridge_->kill();
  const TempDir saved;
  fs::copy(bridge_->state_dir(), saved.path(), fs::copy_options::recursive);
  const std::vector<double> shares =
      sanitized ? std::vector{0.004, 0.99} : std::vector{0.0, 0.004, 0.3, 0.99};
  std::size_t damages = 0;
  for (const auto& damage : {cut, flip}) {
    for (const double share : shares) {
      for (const char* name : {"outbox.db", "outbox.db-wal"}) {
        if (!fs::exists(saved.path() / name) || fs::file_size(saved.path() / name) == 0) continue;
        fs::remove_all(bridge_->state_dir());
        fs::copy(saved.path(), bridge_->state_dir(), fs::copy_options::recursive);
        damage(bridge_->state_dir() + "/" + name, share);
        start_again();
        EXPECT_TRUE(post_until(202, within(soon))) << name << " at " << share << ": " << last_.content;
        bridge_->kill();
        ++damages;
      }
    }
  }
  EXPECT_EQ(damages, 2 * shares.size() * 2) << "both files were there";
}

}  // namespace
}  // namespace bridge::test
