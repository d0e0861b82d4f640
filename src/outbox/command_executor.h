#pragma once

#include "bridge/core/settings.h"
#include "commands.h"
#include "outbox_clock.h"
#include "outbox_disk.h"

namespace bridge {

/// Carries out commands within a transaction of the store, and gives out sequence numbers. The store must be
/// open. All throw DatabaseError.
class CommandExecutor {
 public:
  /// @param hidden entries that no fetch shall see.
  CommandExecutor(const OutboxSettings& settings, Counters& counters, const OutboxClock& clock,
                  OutboxDisk& disk, const OutboxStore::Hidden& hidden)
      : settings_(settings), counters_(counters), clock_(clock), disk_(disk), hidden_(hidden) {}

  /// @param disk bytes that may still be written.
  void set_room(std::uint64_t disk) { room_ = {settings_.max_messages, settings_.max_bytes, disk}; }
  void execute(Command& command);

  /// The sequence number of the next message.
  Sequence next_sequence() const { return next_sequence_; }
  /// Gives up a number whose attempt failed: it is never used again.
  void skip_sequence() { ++next_sequence_; }
  void continue_behind(Sequence last) { next_sequence_ = std::max(next_sequence_, last + 1); }

 private:
  static void carry_out(NoCommand& /*command*/) {}
  void carry_out(AppendCommand& command);
  void carry_out(FetchCommand& command);
  void carry_out(SettleCommand& command);
  void carry_out(MoveToDeadLettersCommand& command);
  void carry_out(ShowCommand& command);
  void carry_out(FindCommand& command);
  void carry_out(WithdrawCommand& command);
  void carry_out(ListCommand& command);
  void carry_out(RetryCommand& command);
  void carry_out(RemoveCommand& command);
  void carry_out(AnswersCommand& command);
  void carry_out(SaveCommand& command);

  OutboxStore& store() { return *disk_.store(); }
  WallTime now() const { return clock_.now(); }

  const OutboxSettings& settings_;
  Counters& counters_;
  const OutboxClock& clock_;
  OutboxDisk& disk_;
  const OutboxStore::Hidden& hidden_;
  Room room_;
  Sequence next_sequence_ = 1;
};

}  // namespace bridge
