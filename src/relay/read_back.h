#pragma once

#include <cstddef>
#include <set>

#include "bridge/core/executor.h"
#include "bridge/core/outbox.h"
#include "relay_state.h"

namespace bridge {

/// Reads stored messages back, a window ahead, within a part of the memory that messages may take.
class ReadBack {
 public:
  /// Keeps references. @param outbox may be null: then there is nothing to read.
  ReadBack(RelayState& state, Outbox* outbox, Executor& loop);

  /// The number of messages on the disk that were not read; may be too high, never too low.
  std::size_t unread() const { return unread_; }
  /// Something may come back that nobody waits for here.
  bool is_busy() const { return is_fetching_ || !in_memory_.empty(); }

  /// Counts an unsent message that was stored, or that an operator put back.
  void note_stored() { ++unread_; }
  /// A message that was stored while it was in flight stays in memory: it must not be read back beside.
  void keep_in_memory(Sequence sequence) { in_memory_.insert(sequence); }
  /// The disk has forgotten it.
  void forgotten(Sequence sequence);
  /// Asks the disk for messages that were not counted: the outbox could not be read at the start, and now
  /// can.
  /// @param all_known no message is known to be stored.
  void look_for_unknown(bool all_known);
  void fetch_if_wanted();
  /// The time of its next look; TimePoint::max() if it waits for no time.
  TimePoint next_look() const;

 private:
  void on_fetched(Fetched result);
  void add(OutboxEntry from);

  RelayState& state_;
  Outbox* const outbox_;
  Executor& loop_;
  std::size_t unread_ = 0;
  bool is_fetching_ = false;
  TimePoint not_before_{};   // the disk could not be read: when to ask it again
  TimePoint next_check_{};   // for rows that an earlier process stored
  Sequence read_up_to_ = 0;  // what stands behind it has not been read
  std::set<Sequence> in_memory_;
};

}  // namespace bridge
