#pragma once

#include <cstddef>
#include <string>

#include "bridge/core/executor.h"
#include "bridge/core/outbox.h"
#include "bridge/relay/waiting.h"
#include "relay_state.h"
#include "stored_messages.h"

namespace bridge {

/// Shows the stored messages, and ends single ones by hand. The disk has all of them; those that were read
/// back or are in flight are in memory too. So the disk withdraws a message first, and then it is looked for
/// in memory: a fetch that returned it has arrived by then, and no later one can return it.
class Overview {
 public:
  /// Keeps references. @param outbox may be null: then nothing may be asked.
  Overview(RelayState& state, StoredMessages& stored, Outbox* outbox, Executor& loop)
      : state_(state), stored_(stored), outbox_(outbox), loop_(loop) {}

  // `done` is told on the loop.
  void show(Sequence after, std::size_t limit, WaitingDone done);
  void withdraw(std::string id, WithdrawalDone done);

 private:
  template <typename Use>
  void for_each_here(Use use);
  WaitingMessages described(ShownEntries shown);
  void withdraw_from_disk(Sequence sequence, WithdrawalDone done);
  Withdrawal withdrawn(Sequence sequence, Outbox::Withdrawn result);
  Withdrawal end_here(Sequence sequence);

  RelayState& state_;
  StoredMessages& stored_;
  Outbox* const outbox_;
  Executor& loop_;
};

}  // namespace bridge
