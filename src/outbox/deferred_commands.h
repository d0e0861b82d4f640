#pragma once

#include <vector>

#include "commands.h"
#include "outbox_store.h"

namespace bridge {

/// Commands that wait until the disk takes them: what was settled and moved to the dead letters has happened,
/// and is written later. Their callers bound how many there are: each belongs to a message in flight.
class DeferredCommands {
 public:
  /// Takes the command, if it is of a kind that waits. @return whether it does.
  bool take(Command& command);
  /// Writes these changes later instead of any that wait already: they are in use.
  void replace_save(std::vector<SubscriptionChange> changes, std::uint64_t bytes);

  std::vector<Command>& waiting() { return waiting_; }
  /// The entries that these commands remove: no fetch shall see them meanwhile.
  const OutboxStore::Hidden& hidden() const { return hidden_; }
  /// To be called when all of them are written: nothing is hidden any more. @return them, to be answered.
  std::vector<Command> release();

 private:
  std::vector<Command> waiting_;
  OutboxStore::Hidden hidden_;
};

}  // namespace bridge
