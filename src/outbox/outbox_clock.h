#pragma once

#include <atomic>
#include <cstdint>

#include "bridge/outbox/sqlite_outbox.h"
#include "stored_record.h"

namespace bridge {

/// The time by which stored messages expire. Within a process it goes with the time since boot, so that
/// setting the wall clock ends no message early and none late; from one process to the next it goes with the
/// wall clock, from which it differs by shift(), kept in the database. docs/outbox.md has the cases.
class OutboxClock {
 public:
  explicit OutboxClock(OutboxClocks clocks);

  /// Takes up the time of the database; to be called once.
  /// @param shift as it was last kept. @param newest the latest time in the database: it does not go back
  ///   behind that, as the wall clock of a machine without a battery does at each start.
  void begin(std::int64_t shift, WallTime newest);
  bool has_begun() const { return begun_; }
  /// Safe from any thread.
  WallTime now() const { return steady() + ahead_.load(); }
  /// The wall clock is ahead of now() by so many milliseconds.
  std::int64_t shift() const { return wall() - now(); }

 private:
  WallTime wall() const;
  std::int64_t steady() const;

  const OutboxClocks clocks_;
  std::atomic<std::int64_t> ahead_;  // of the time since boot
  bool begun_ = false;
};

}  // namespace bridge
