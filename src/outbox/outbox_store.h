#pragma once

#include <functional>
#include <unordered_set>

#include "bridge/core/logger.h"
#include "bridge/metrics/counters.h"
#include "tables.h"

namespace bridge {

/// What is in the database, kept beside it so that nobody has to count.
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

/// What a message may take at most, of everything.
struct Room {
  std::uint64_t max_messages = 0;
  std::uint64_t max_bytes = 0;
  std::uint64_t disk = 0;  // bytes that may still be written
};

/// The outbox in its database: what each call does, within a transaction that the first change opens. Nothing
/// of it is true before commit(). All throw DatabaseError.
class OutboxStore {
 public:
  using Hidden = std::unordered_set<Sequence>;

  /// @param known what is in it, if that has been counted before.
  OutboxStore(Database database, const std::optional<Totals>& known, Logger& logger, Counters& counters);

  /// The sequence is used up, whatever comes of it.
  Kept append(OutboxRecord& record, Sequence sequence, WallTime now, Room& room);
  /// Without those in `hidden`.
  Fetched fetch(Sequence after, std::size_t limit, WallTime now, const Hidden& hidden);
  void settle(std::vector<Sequence> sequences);
  /// @param most_dead_bytes of all dead letters; the oldest make room.
  void bury(Sequence sequence, Refusal refusal, std::uint64_t most_dead_bytes);
  std::vector<DeadLetter> dead_letters(const std::string& after, std::size_t limit);
  Outbox::DeadLetterEnd retry(const std::string& id, Sequence sequence, Room& room);
  Outbox::DeadLetterEnd remove(const std::string& id);
  void save(const std::vector<SubscriptionChange>& changes, Room& room);
  /// @return whether there were any.
  bool purge_expired(WallTime now);
  void purge_answers(WallTime now);
  /// A write that changes nothing of worth.
  void probe();

  bool changed() const { return transaction_.has_value(); }
  void commit();
  void rollback();

  const Totals& totals() const { return totals_; }
  Sequence last_sequence() { return tables_.last_sequence(); }
  /// As OutboxClock has it: the one that was last kept, and what it is now. A second is worth a write.
  std::int64_t clock_shift() const { return clock_shift_; }
  void keep_clock_shift(std::int64_t shift);
  /// The latest at which something was stored that is still there; 0 if there is nothing.
  WallTime newest_time();
  bool holds_any(Sequence first, Sequence last);
  std::vector<SubscriptionChange> subscriptions();
  std::vector<KeptAnswer> answers(WallTime now);
  std::uint64_t free_bytes();
  Database& database() { return database_; }
  /// Rewrites a database that was large and is empty, so that a checkpoint gives its space back to the disk.
  /// @return whether it did.
  bool shrink();

 private:
  /// What the counters will be told when it is on the disk.
  struct Tally {
    std::uint64_t stored = 0, settled = 0, expired = 0, buried = 0, damaged = 0, dropped = 0;
  };
  void begin();
  void count(const RowSum& removed);
  void count_all();
  void find_oldest();
  void drop_damaged(Sequence sequence);
  void drop(const std::vector<Sequence>& sequences, std::uint64_t Tally::*reason);
  void report_damage(const Columns& row, const char* what);
  void tell_counters();

  // outbox_store_dead_letters.cpp
  void count_dead(const RowSum& removed);
  std::uint64_t forget_dead_letter(Sequence sequence);
  void make_room_for_dead_letters(std::uint64_t most_bytes);

  Logger& logger_;
  Counters& counters_;
  Database database_;
  Tables tables_;
  std::optional<Transaction> transaction_;
  Totals totals_, committed_totals_;
  Tally tally_;
  std::optional<Sequence> new_last_sequence_;
  std::int64_t clock_shift_ = 0;
  std::optional<std::int64_t> new_clock_shift_;
  bool removed_ = false;
};

constexpr std::chrono::minutes answers_are_kept{10};
constexpr std::uint64_t most_answers = 100000;

}  // namespace bridge
