#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <mutex>
#include <random>
#include <string>
#include <thread>

#include "bridge/core/error.h"
#include "bridge/outbox/sqlite_outbox.h"

namespace bridge {

/// Keeps the lines, of any thread.
class SharedLogger : public Logger {
 public:
  void log(LogLevel, std::string_view line) noexcept override {
    const std::lock_guard lock(mutex_);
    lines_.emplace_back(line);
  }
  bool enabled(LogLevel) const noexcept override { return true; }

  std::size_t count(std::string_view part) const {
    const std::lock_guard lock(mutex_);
    std::size_t found = 0;
    for (const std::string& line : lines_) found += line.find(part) != std::string::npos ? 1 : 0;
    return found;
  }
  std::string all() const {
    const std::lock_guard lock(mutex_);
    std::string text;
    for (const std::string& line : lines_) text += line + "\n";
    return text;
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    lines_.clear();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

/// An outbox in a directory of its own, with calls that wait for their answers.
class OutboxFixture : public testing::Test {
 protected:
  static constexpr std::chrono::seconds patience{20};

  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    // In memory if the system has such a directory: a flush takes no time there.
    const std::filesystem::path memory = "/dev/shm";
    const bool has_memory = ::access(memory.c_str(), W_OK | X_OK) == 0;
    directory = (has_memory ? memory : std::filesystem::path(testing::TempDir())) /
                ("outbox_" + std::to_string(::getpid()) + "_" + test->name());
    std::filesystem::remove_all(directory);
    settings.min_free = 0;
  }
  void TearDown() override {
    close();
    std::filesystem::remove_all(directory);
  }

  /// The seed: the same in every run, unless BRIDGE_SEED says otherwise (a number, or "random").
  static unsigned seed() {
    static const unsigned chosen = [] {
      const char* wanted = std::getenv("BRIDGE_SEED");
      if (wanted == nullptr) return 1U;
      return std::string(wanted) == "random" ? std::random_device{}()
                                             : static_cast<unsigned>(std::stoul(wanted));
    }();
    return chosen;
  }

  void open() {
    close();
    const OutboxClocks clocks{
        [this] {
          return std::chrono::system_clock::time_point(std::chrono::milliseconds(wall_clock.load()));
        },
        [this] { return std::chrono::milliseconds(steady_clock.load()); }};
    outbox = std::make_unique<SqliteOutbox>(directory, settings, logger, counters, clocks);
  }
  void pass(std::chrono::milliseconds time) {
    wall_clock += time.count();
    steady_clock += time.count();
  }
  void set_wall_clock_forward(std::chrono::milliseconds by) { wall_clock += by.count(); }
  void close() { outbox.reset(); }
  /// The directory as a crash of the process at this moment leaves it.
  void crash_to(const std::filesystem::path& copy) const {
    std::filesystem::remove_all(copy);
    std::filesystem::create_directories(copy);
    for (const char* name : {"outbox.db", "outbox.db-wal"})
      if (std::filesystem::exists(directory / name)) std::filesystem::copy(directory / name, copy / name);
  }

  static OutboxRecord record(const std::string& id, const std::string& payload = "payload") {
    return {id, Message{"topic/" + id, payload, QoS::at_least_once, false, {}}, std::nullopt, std::nullopt};
  }

  template <typename Answer, typename Call>
  static Answer answer_of(Call call) {
    auto promise = std::make_shared<std::promise<Answer>>();
    std::future<Answer> future = promise->get_future();
    call([promise](Answer answer) { promise->set_value(std::move(answer)); });
    if (future.wait_for(patience) != std::future_status::ready) throw std::runtime_error("no answer");
    return future.get();
  }

  Appended append(OutboxRecord one) {
    return answer_of<Appended>([&](auto done) { outbox->append(std::move(one), done); });
  }
  Fetched fetch(Sequence after = 0, std::size_t limit = 1000) {
    return answer_of<Fetched>([&](auto done) { outbox->fetch(after, limit, done); });
  }
  void settle(std::vector<Sequence> sequences) {
    answer_of<bool>([&](auto done) { outbox->settle(std::move(sequences), [done] { done(true); }); });
  }
  void move_to_dead_letters(Sequence sequence, int reason_code) {
    answer_of<bool>(
        [&](auto done) { outbox->move_to_dead_letters(sequence, reason_code, [done] { done(true); }); });
  }
  std::optional<ShownEntries> show(Sequence after = 0, std::size_t limit = 1000) {
    return answer_of<std::optional<ShownEntries>>([&](auto done) { outbox->show(after, limit, done); });
  }
  Outbox::Found find(const std::string& id) {
    return answer_of<Outbox::Found>([&](auto done) { outbox->find(id, done); });
  }
  Outbox::Withdrawn withdraw(Sequence sequence) {
    return answer_of<Outbox::Withdrawn>([&](auto done) { outbox->withdraw(sequence, done); });
  }
  std::optional<std::vector<DeadLetter>> dead_letters(const std::string& after = "",
                                                      std::size_t limit = 100) {
    return answer_of<std::optional<std::vector<DeadLetter>>>(
        [&](auto done) { outbox->dead_letters(after, limit, done); });
  }
  Outbox::DeadLetterEnd retry(const std::string& id) {
    return answer_of<Outbox::DeadLetterEnd>([&](auto done) { outbox->retry(id, done); });
  }
  Outbox::DeadLetterEnd remove(const std::string& id) {
    return answer_of<Outbox::DeadLetterEnd>([&](auto done) { outbox->remove(id, done); });
  }
  bool save(const std::vector<SubscriptionChange>& changes) {
    return answer_of<bool>([&](auto done) { outbox->save(changes, done); });
  }
  std::vector<std::string> waiting_ids() {
    std::vector<std::string> ids;
    for (const OutboxEntry& entry : fetch().entries) ids.push_back(entry.id);
    return ids;
  }
  /// Asks until `condition` holds.
  template <typename Condition>
  static bool eventually(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }

  using Strings = std::vector<std::string>;

  std::filesystem::path directory;
  OutboxSettings settings;
  SharedLogger logger;
  Counters counters;
  std::atomic<std::int64_t> wall_clock{1700000000000};
  std::atomic<std::int64_t> steady_clock{5000};
  std::unique_ptr<SqliteOutbox> outbox;
};

}  // namespace bridge
