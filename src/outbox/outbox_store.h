#pragma once

#include <functional>
#include <unordered_set>

#include "answer_table.h"
#include "bridge/core/logger.h"
#include "bridge/metrics/counters.h"
#include "dead_letter_table.h"
#include "tables.h"
#include "totals.h"

namespace bridge {

/// Carries out the calls of Outbox in its database, within a transaction that the first change opens. Nothing
/// counts before commit(). All throw DatabaseError.
class OutboxStore {
 public:
  using Hidden = std::unordered_set<Sequence>;

  /// @param known the totals, if they have been counted before.
  OutboxStore(Database database, const std::optional<Totals>& known, Logger& logger, Counters& counters);

  /// Uses the sequence up, whatever the result.
  AppendStatus append(OutboxRecord& record, Sequence sequence, WallTime now, Room& room);
  /// As Outbox has it, without the entries in `hidden`.
  Fetched fetch(Sequence after, std::size_t limit, WallTime now, const Hidden& hidden);
  /// As Outbox has it, without the entries in `hidden` and those that have expired.
  ShownEntries show(Sequence after, std::size_t limit, WallTime now, const Hidden& hidden);
  /// A step of the search. @param looked_up_to moved to the last row that was looked at. @return empty if
  /// the search is not at its end.
  std::optional<Outbox::Found> find(const std::string& id, Sequence& looked_up_to, const Hidden& hidden);
  void settle(std::vector<Sequence> sequences);
  /// @return true if it was there.
  bool withdraw(Sequence sequence);
  /// @param most_dead_bytes of all dead letters; the oldest make room.
  void move_to_dead_letters(Sequence sequence, Refusal refusal, std::uint64_t most_dead_bytes);
  std::vector<DeadLetter> dead_letters(const std::string& after, std::size_t limit) const {
    return dead_letters_.list(after, limit);
  }
  Outbox::DeadLetterEnd retry(const std::string& id, Sequence sequence, Room& room);
  Outbox::DeadLetterEnd remove(const std::string& id);
  void save(const std::vector<SubscriptionChange>& changes, Room& room);
  /// @return true if there were any.
  bool purge_expired(WallTime now);
  void purge_answers(WallTime now);
  /// Writes a row that means nothing, to see whether the disk works.
  void probe();

  bool changed() const { return transaction_.has_value(); }
  /// @return the last sequence number, if messages were stored.
  std::optional<Sequence> commit();
  void rollback();

  const Totals& totals() const { return totals_; }
  Sequence last_sequence() { return tables_.last_sequence(); }
  /// The shift of OutboxClock as it was last kept.
  std::int64_t clock_shift() const { return new_clock_shift_.value_or(clock_shift_); }
  /// Keeps another shift, if it differs by a second or more: less is not worth a write.
  void keep_clock_shift(std::int64_t shift);
  /// The time of the newest row; 0 if there is none.
  WallTime newest_time();
  std::vector<SubscriptionChange> subscriptions();
  std::vector<RememberedResponse> answers(WallTime now) const { return answers_.list(now); }
  std::uint64_t free_bytes();
  Database& database() { return database_; }
  /// Rewrites a database that was large and is empty, so that a checkpoint gives its space back to the disk.
  /// @return true if it did.
  bool shrink();

 private:
  void begin();
  void count(const RowSum& removed);
  void count_all();
  void find_oldest();
  void drop(const std::vector<Sequence>& sequences, std::uint64_t Tally::*reason);
  void report_damage(const Statement& row, const char* what);

  Logger& logger_;
  Counters& counters_;
  Database database_;
  Tables tables_;
  std::optional<Transaction> transaction_;
  Totals totals_, committed_totals_;
  DeadLetterTable dead_letters_;
  AnswerTable answers_;
  Tally tally_;
  std::optional<Sequence> new_last_sequence_;
  std::int64_t clock_shift_ = 0;
  std::optional<std::int64_t> new_clock_shift_;
  bool removed_ = false;
};

}  // namespace bridge
