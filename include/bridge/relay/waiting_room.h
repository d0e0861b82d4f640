#pragma once

#include <atomic>
#include <cstddef>
#include <string>

#include "bridge/metrics/counters.h"
#include "bridge/relay/publisher.h"
#include "bridge/relay/waiting.h"

namespace bridge {

/// Gives an operator access to the stored messages that wait. Few requests at a time: each has the
/// outbox's thread look through many rows, while messages wait for the same thread. Safe from any thread.
class WaitingRoom {
 public:
  static constexpr std::size_t most_at_once = 16;

  /// Keeps references. @param publisher must have an outbox.
  WaitingRoom(Publisher& publisher, Counters& counters) : publisher_(publisher), counters_(counters) {}

  // As Publisher has them. Both throw Error queue_full: then nothing was asked of it.
  void show(Sequence after, std::size_t limit, WaitingDone done);
  void withdraw(std::string id, WithdrawalDone done);

 private:
  void begin();

  Publisher& publisher_;
  Counters& counters_;
  std::atomic<std::size_t> open_ = 0;
};

}  // namespace bridge
