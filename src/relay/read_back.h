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

  /// On the disk, and not read. Never less than there is.
  std::size_t unread() const { return unread_; }
  /// Something may come back that nobody waits for here.
  bool is_busy() const { return is_fetching_ || !in_memory_.empty(); }

  /// An unsent message was stored, or put back by another way.
  void note_stored() { ++unread_; }
  /// A message that was stored while it was in flight stays in memory: it must not be read back beside.
  void keep_in_memory(Sequence sequence) { in_memory_.insert(sequence); }
  /// The disk has forgotten it.
  void forgotten(Sequence sequence);
  /// Looks whether the disk has what nobody here knows of: an outbox that could not be read at the start, and
  /// then could. @param all_known nothing known is stored.
  void look_for_unknown(bool all_known);
  void fetch_if_wanted();
  /// When it wants to be asked again; TimePoint::max() if that is not a question of time.
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
