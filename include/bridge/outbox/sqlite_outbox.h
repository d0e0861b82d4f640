#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "bridge/core/logger.h"
#include "bridge/core/outbox.h"
#include "bridge/core/settings.h"
#include "bridge/core/subscription_store.h"
#include "bridge/metrics/counters.h"

namespace bridge {

class OutboxWriter;

/// The time since the machine was started; goes on while it is suspended.
std::chrono::nanoseconds time_since_boot();

/// The clocks of the outbox. Both safe from any thread.
struct OutboxClocks {
  std::function<std::chrono::system_clock::time_point()> wall = std::chrono::system_clock::now;
  /// Since some moment in the past; no setting of the wall clock moves it.
  std::function<std::chrono::nanoseconds()> steady = time_since_boot;
};

/// The outbox in an SQLite database, `outbox.db` in a directory of its own; docs/outbox.md describes it. One
/// thread writes; calls that arrive while it flushes make up the next transaction. The changes of
/// subscriptions are kept in the same database.
class SqliteOutbox : public Outbox, public SubscriptionStore {
 public:
  /// Takes the directory's lock, opens or makes the database, checks it, and starts the thread. A faulty disk
  /// or file does not keep the bridge from starting: the fault is logged, and the outbox accepts nothing
  /// until the disk works; it tries every 250 ms.
  /// @param settings must outlive it, as `logger` and `counters`.
  /// @throws Error internal if another process has the directory; the detail names it, for the log.
  SqliteOutbox(const std::filesystem::path& state_dir, const OutboxSettings& settings, Logger& logger,
               Counters& counters, OutboxClocks clocks = {});
  /// Carries out the calls that wait. Calls that the disk fails even then are given up: their `done` is not
  /// called.
  ~SqliteOutbox() override;
  SqliteOutbox(const SqliteOutbox&) = delete;
  SqliteOutbox& operator=(const SqliteOutbox&) = delete;

  /// Changes of subscriptions that were found at the start. Any thread, as the next function.
  const std::vector<SubscriptionChange>& subscription_changes() const;
  /// Responses that were found at the start, the oldest first, at most 10 minutes old. Empty if the disk
  /// failed then: rows that were read may not have been flushed, and a power loss would take them back.
  const std::optional<std::vector<RememberedResponse>>& remembered_responses() const;
  /// Calls `tell` with the responses as soon as the disk works; from the outbox's thread, before anything is
  /// appended.
  void when_responses_are_known(std::function<void(std::vector<RememberedResponse>)> tell);

  void append(OutboxRecord record, std::function<void(Appended)> done) override;
  void fetch(Sequence after, std::size_t limit, std::function<void(Fetched)> done) override;
  void settle(std::vector<Sequence> sequences, std::function<void()> done) override;
  void move_to_dead_letters(Sequence sequence, int reason_code, std::function<void()> done) override;
  void show(Sequence after, std::size_t limit,
            std::function<void(std::optional<ShownEntries>)> done) override;
  void find(std::string id, std::function<void(Found)> done) override;
  void withdraw(Sequence sequence, std::function<void(Withdrawn)> done) override;
  void dead_letters(std::string after, std::size_t limit,
                    std::function<void(std::optional<std::vector<DeadLetter>>)> done) override;
  void retry(std::string id, std::function<void(DeadLetterEnd)> done) override;
  void remove(std::string id, std::function<void(DeadLetterEnd)> done) override;
  OutboxStatus status() const override;
  bool accepting() const override;

  void save(std::vector<SubscriptionChange> changes, std::function<void(bool kept)> done) override;

 private:
  std::unique_ptr<OutboxWriter> writer_;
};

}  // namespace bridge
