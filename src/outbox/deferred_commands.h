#pragma once

#include <vector>

#include "commands.h"
#include "outbox_store.h"

namespace bridge {

/// Commands that wait until the disk works: the broker has taken or refused their messages already, so the
/// write may come later but must come. Their callers bound how many there are: each belongs to a message in
/// flight.
class DeferredCommands {
 public:
  /// Takes the command if it is of a kind that waits. @return true if it was taken.
  bool take(Command& command);
  /// Keeps these changes to be written later, in place of any that wait: the bridge uses them already.
  void replace_save(std::vector<SubscriptionChange> changes, std::uint64_t bytes);

  std::vector<Command>& waiting() { return waiting_; }
  /// The entries that these commands will remove. A fetch must not return them meanwhile.
  const OutboxStore::Hidden& hidden() const { return hidden_; }
  /// Returns all commands, for their `done`, and hides nothing any more. Called when all are written.
  std::vector<Command> release();

 private:
  std::vector<Command> waiting_;
  OutboxStore::Hidden hidden_;
};

}  // namespace bridge
