#pragma once

#include <cstdint>
#include <optional>

#include "bridge/metrics/counters.h"
#include "stored_record.h"

namespace bridge {

/// The numbers of rows, kept in memory so that no query has to count them.
struct Totals {
  struct Oldest {
    Sequence sequence = 0;
    WallTime stored_at = 0;
  };
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;  // with dead letters
  std::uint64_t dead_letters = 0;
  std::uint64_t dead_bytes = 0;
  std::uint64_t answers = 0;
  std::optional<Oldest> oldest;
};

/// The changes of one transaction, for the counters when it is on the disk.
struct Tally {
  std::uint64_t stored = 0, settled = 0, expired = 0, dead_letters = 0, damaged = 0, dropped = 0,
                withdrawn = 0;

  void tell(Counters& counters) const {
    counters.outbox_stored.add(stored);
    counters.outbox_settled.add(settled);
    counters.outbox_expired.add(expired);
    counters.outbox_dead_lettered.add(dead_letters);
    counters.outbox_damaged.add(damaged);
    counters.outbox_dead_dropped.add(dropped);
    counters.outbox_withdrawn.add(withdrawn);
  }
};

/// The limits that a message must fit into.
struct Room {
  std::uint64_t max_messages = 0;
  std::uint64_t max_bytes = 0;
  std::uint64_t disk = 0;  // bytes that may still be written
};

}  // namespace bridge
