#pragma once

#include <atomic>
#include <cstdint>

#include "bridge/outbox/sqlite_outbox.h"
#include "stored_record.h"

namespace bridge {

/// The clock by which stored messages expire. Within a process it follows the time since boot, so that
/// setting the wall clock makes no message expire early or late. From one process to the next it follows the
/// wall clock, from which it differs by shift(); the database keeps that. docs/outbox.md has the cases.
class OutboxClock {
 public:
  explicit OutboxClock(OutboxClocks clocks);

  /// Continues the time of the database; called once.
  /// @param shift as it was last kept. @param newest the latest time in the database: now() does not go back
  ///   behind it, as the wall clock of a machine without a battery does at each start.
  void begin(std::int64_t shift, WallTime newest);
  bool has_begun() const { return begun_; }
  /// Safe from any thread.
  WallTime now() const { return steady() + ahead_.load(); }
  /// The milliseconds by which the wall clock is ahead of now().
  std::int64_t shift() const { return wall() - now(); }

 private:
  WallTime wall() const;
  std::int64_t steady() const;

  const OutboxClocks clocks_;
  std::atomic<std::int64_t> ahead_;  // of the time since boot
  bool begun_ = false;
};

}  // namespace bridge
