#pragma once

#include <thread>
#include <unordered_set>

#include "bridge/outbox/sqlite_outbox.h"
#include "command_queue.h"
#include "expiry_log.h"
#include "outbox_clock.h"
#include "outbox_disk.h"
#include "outbox_health.h"

namespace bridge {

/// The thread of the outbox: carries out what waits, one transaction for all of it, and answers when that is
/// on the disk.
class OutboxWriter {
 public:
  /// @throws Error internal if another process has the directory.
  OutboxWriter(const std::filesystem::path& directory, const OutboxSettings& settings, Logger& logger,
               Counters& counters, OutboxClocks clocks);
  ~OutboxWriter();
  OutboxWriter(const OutboxWriter&) = delete;
  OutboxWriter& operator=(const OutboxWriter&) = delete;

  void push(Command command) { queue_.push(std::move(command)); }
  /// Carries out what waits, and ends the thread.
  void finish();
  OutboxStatus status() const { return health_.status(clock_.now()); }
  bool accepting() const { return health_.accepting(); }
  const std::vector<SubscriptionChange>& subscription_changes() const { return found_changes_; }
  const std::optional<std::vector<KeptAnswer>>& kept_answers() const { return found_answers_; }

 private:
  void run();
  void open();
  void serve(std::vector<Command>& batch);
  void answer(std::vector<Command>& batch);
  void tick();
  void look_after();
  void try_again();
  void write_pending();
  void settle_in_little_space(const SettleCommand& command);
  void answer_pending();
  void publish();

  // within a transaction
  static void execute(NoCommand& /*command*/) {}
  void execute(AppendCommand& command);
  void execute(FetchCommand& command);
  void execute(SettleCommand& command);
  void execute(BuryCommand& command);
  void execute(ListCommand& command);
  void execute(RetryCommand& command);
  void execute(RemoveCommand& command);
  void execute(AnswersCommand& command);
  void execute(SaveCommand& command);

  // while the disk takes nothing
  void do_without(std::vector<Command>& batch, Kept appended);
  void read_only(Command& command);
  void put_off(Command& command);
  Kept undo_batch(const std::exception& error, Sequence first);
  void lose_disk(const std::exception& error);

  WallTime now() const { return clock_.now(); }
  std::optional<std::int64_t> disk_room();

  const OutboxSettings& settings_;
  Counters& counters_;
  OutboxClock clock_;
  OutboxDisk disk_;
  OutboxHealth health_;
  ExpiryLog expiry_log_;
  CommandQueue queue_;
  std::vector<SubscriptionChange> found_changes_;
  std::optional<std::vector<KeptAnswer>> found_answers_;
  Sequence next_sequence_ = 1;
  Totals totals_;
  Room room_;
  std::uint64_t missed_bytes_ = 0;  // of the batch that the disk had no room for
  bool out_of_space_ = false;       // when the disk last failed
  std::vector<Command> pending_;    // settled, buried and saved, but not yet on the disk
  OutboxStore::Hidden hidden_;      // of these the sequences
  std::chrono::steady_clock::time_point next_tick_;
  std::chrono::steady_clock::duration last_try_{};  // how long it took
  std::chrono::steady_clock::duration try_before_{};
  std::thread thread_;
};

}  // namespace bridge
