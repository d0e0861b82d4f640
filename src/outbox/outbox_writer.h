#pragma once

#include <thread>

#include "bridge/outbox/sqlite_outbox.h"
#include "command_executor.h"
#include "command_queue.h"
#include "deferred_commands.h"
#include "ended_log.h"
#include "outbox_health.h"
#include "try_schedule.h"

namespace bridge {

/// The thread of the outbox: carries out all commands that wait in one transaction, and calls their `done`
/// when it is on the disk.
class OutboxWriter {
 public:
  /// @throws Error internal if another process has the directory.
  OutboxWriter(const std::filesystem::path& directory, const OutboxSettings& settings, Logger& logger,
               Counters& counters, OutboxClocks clocks);
  ~OutboxWriter();
  OutboxWriter(const OutboxWriter&) = delete;
  OutboxWriter& operator=(const OutboxWriter&) = delete;

  void push(Command command) { queue_.push(std::move(command)); }
  /// Carries out the commands that wait, and ends the thread.
  void finish();
  OutboxStatus status() const { return health_.status(clock_.now()); }
  bool accepting() const { return health_.accepting(); }
  const std::vector<SubscriptionChange>& subscription_changes() const { return found_.changes; }
  const std::optional<std::vector<RememberedResponse>>& remembered_responses() const {
    return found_.responses;
  }

 private:
  struct Ended {
    EndedLog expired;
    EndedLog dead;
  };
  /// What an earlier process has left.
  struct Found {
    std::vector<SubscriptionChange> changes;
    std::optional<std::vector<RememberedResponse>> responses;  // empty if they cannot be trusted
  };
  /// Set when the disk had no room at its last failure.
  struct Shortage {
    bool is_there = false;
    std::uint64_t missed_bytes = 0;  // of the batch that found no room
  };

  void run();
  void open();
  void serve(std::vector<Command>& batch);
  void answer(std::vector<Command>& batch);
  bool goes_on(Command& command);
  void tick();
  void look_after();
  void try_again();
  void write_deferred();
  void settle_in_little_space(const SettleCommand& command);
  void publish();

  void lose_disk(const std::exception& error);
  AppendStatus give_up_batch(const std::exception& error);
  void do_without(std::vector<Command>& batch, AppendStatus appended);
  void refuse_or_read(Command& command);
  void read_if_possible(Command& command);

  WallTime now() const { return clock_.now(); }
  std::optional<std::int64_t> disk_room();

  const OutboxSettings& settings_;
  Counters& counters_;
  OutboxClock clock_;
  OutboxDisk disk_;
  OutboxHealth health_;
  Ended ended_;
  CommandQueue queue_;
  DeferredCommands deferred_;
  CommandExecutor executor_;
  Found found_;
  Totals totals_;
  Shortage shortage_;
  TrySchedule schedule_;
  std::thread thread_;
};

}  // namespace bridge
