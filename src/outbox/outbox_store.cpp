#include "outbox_store.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "bridge/core/escape.h"
#include "message_heads.h"
#include "schema.h"

namespace bridge {
namespace {

constexpr std::size_t largest_fetch = 4U * 1024 * 1024;  // bytes
constexpr std::size_t purged_at_once = 1000;
constexpr std::int64_t worth_shrinking = 4096;  // free pages
constexpr std::int64_t worth_keeping = 1000;    // milliseconds

OutboxEntry entry_of(StoredRecord record, WallTime now) {
  OutboxEntry entry{record.sequence, std::move(record.id), std::move(record.message), std::nullopt};
  if (record.expires_at) entry.expires_in = std::chrono::milliseconds(*record.expires_at - now);
  return entry;
}

}  // namespace

OutboxStore::OutboxStore(Database database, const std::optional<Totals>& known, Logger& logger,
                         Counters& counters)
    : logger_(logger),
      counters_(counters),
      database_(std::move(database)),
      tables_(database_),
      dead_letters_(tables_, totals_),
      answers_(tables_, totals_) {
  if (known) {
    totals_ = *known;
  } else {
    count_all();
  }
  find_oldest();
  committed_totals_ = totals_;
  if (const auto shift = tables_.number(StoredNumber::clock_shift)) clock_shift_ = shift->value;
}

void OutboxStore::count_all() {
  const RowSum messages = tables_.sum_messages();
  const RowSum dead_letters = tables_.sum_dead_letters();
  totals_.messages = messages.rows;
  totals_.dead_letters = dead_letters.rows;
  totals_.dead_bytes = dead_letters.bytes;
  totals_.bytes = messages.bytes + dead_letters.bytes;
  answers_.count();
}

void OutboxStore::begin() {
  if (!transaction_) transaction_.emplace(database_);
}

std::optional<Sequence> OutboxStore::commit() {
  if (!transaction_) return std::nullopt;
  if (totals_.answers > most_answers) purge_answers(0);
  if (new_last_sequence_)
    tables_.write({StoredNumber::last_sequence, static_cast<std::int64_t>(*new_last_sequence_)});
  if (removed_) find_oldest();
  transaction_->commit();
  transaction_.reset();
  committed_totals_ = totals_;
  tally_.tell(counters_);
  tally_ = {};
  clock_shift_ = std::exchange(new_clock_shift_, std::nullopt).value_or(clock_shift_);
  removed_ = false;
  return std::exchange(new_last_sequence_, std::nullopt);
}

void OutboxStore::rollback() {
  transaction_.reset();
  totals_ = committed_totals_;
  tally_ = {};
  new_last_sequence_.reset();
  new_clock_shift_.reset();
  removed_ = false;
}

void OutboxStore::find_oldest() {
  Statement& first = tables_.first_message();
  Rows rows(first);
  totals_.oldest.reset();
  if (rows.next()) totals_.oldest = Totals::Oldest{sequence_of(first), first.integer(1).value_or(0)};
}

void OutboxStore::count(const RowSum& removed) {
  totals_.messages -= std::min(totals_.messages, removed.rows);
  totals_.bytes -= std::min(totals_.bytes, removed.bytes);
  removed_ = removed_ || removed.rows > 0;
}

AppendStatus OutboxStore::append(OutboxRecord& record, Sequence sequence, WallTime now, Room& room) {
  const std::uint64_t bytes = counted_bytes(record.id, record.message);
  if (totals_.messages >= room.max_messages || totals_.bytes + bytes > room.max_bytes ||
      2 * bytes > room.disk)
    return AppendStatus::full;
  begin();
  if (!totals_.oldest) totals_.oldest = Totals::Oldest{sequence, now};
  StoredRecord stored{sequence,     totals_.oldest->sequence, now, std::nullopt, std::nullopt, record.id,
                      record.token, std::move(record.message)};
  if (record.expires_in) stored.expires_at = now + record.expires_in->count();
  tables_.insert(stored);
  if (record.token) {
    answers_.insert({sequence, std::move(*record.token), std::move(record.id), now});
  }
  new_last_sequence_ = sequence;
  room.disk -= 2 * bytes;  // once in the -wal file, once in its place
  totals_.bytes += bytes;
  ++totals_.messages;
  ++tally_.stored;
  return AppendStatus::stored;
}

Fetched OutboxStore::fetch(Sequence after, std::size_t limit, WallTime now, const Hidden& hidden) {
  Fetched fetched;
  std::vector<Sequence> expired, damaged;
  std::size_t bytes = 0;
  {
    Statement& row = tables_.messages_behind(after);
    Rows rows(row);
    while (!(fetched.at_end = !rows.next()) && fetched.entries.size() < limit && bytes < largest_fetch &&
           expired.size() + damaged.size() < purged_at_once) {
      const Sequence sequence = sequence_of(row);
      if (hidden.contains(sequence)) continue;
      auto record = record_from(row);
      if (!record) {
        report_damage(row, "message");
        damaged.push_back(sequence);
      } else if (record->expires_at && *record->expires_at <= now) {
        expired.push_back(sequence);
      } else {
        bytes += counted_bytes(record->id, record->message);
        fetched.entries.push_back(entry_of(std::move(*record), now));
      }
    }
  }
  fetched.dropped = expired.size() + damaged.size();
  drop(expired, &Tally::expired);
  drop(damaged, &Tally::damaged);
  return fetched;
}

ShownEntries OutboxStore::show(Sequence after, std::size_t limit, WallTime now, const Hidden& hidden) {
  return show_messages(tables_.heads_behind(after), limit, now, hidden);
}

std::optional<Outbox::Found> OutboxStore::find(const std::string& id, Sequence& looked_up_to,
                                               const Hidden& hidden) {
  return find_message(tables_.heads_behind(looked_up_to), id, looked_up_to, hidden);
}

bool OutboxStore::withdraw(Sequence sequence) {
  begin();
  const RowSum removed = tables_.remove_messages(sequence, sequence);
  count(removed);
  tally_.withdrawn += removed.rows;
  return removed.rows > 0;
}

void OutboxStore::drop(const std::vector<Sequence>& sequences, std::uint64_t Tally::*reason) {
  if (sequences.empty()) return;
  begin();
  for (const Sequence sequence : sequences) {
    const RowSum removed = tables_.remove_messages(sequence, sequence);
    count(removed);
    tally_.*reason += removed.rows;
  }
}

void OutboxStore::report_damage(const Statement& row, const char* what) {
  logger_.error(damage_line(row, what));
}

void OutboxStore::move_to_dead_letters(Sequence sequence, Refusal refusal, std::uint64_t most_dead_bytes) {
  std::optional<StoredRecord> record;
  {
    Statement& row = tables_.message(sequence);
    Rows rows(row);
    if (!rows.next()) return;
    record = record_from(row);
    if (!record) report_damage(row, "message");
  }
  if (!record) return drop({sequence}, &Tally::damaged);
  begin();
  const RowSum removed = tables_.remove_messages(sequence, sequence);
  count(removed);
  record->refusal = refusal;
  tally_.dropped += dead_letters_.insert(*record, removed.bytes, most_dead_bytes);
  ++tally_.dead_letters;
}

Outbox::DeadLetterEnd OutboxStore::retry(const std::string& id, Sequence sequence, Room& room) {
  auto record = dead_letters_.read(id);
  if (!record) {  // a damaged row is of no use
    remove(id);
    return Outbox::DeadLetterEnd::not_found;
  }
  const std::uint64_t bytes = counted_bytes(record->id, record->message);  // which max_bytes has counted
  if (totals_.messages >= room.max_messages || totals_.bytes > room.max_bytes || 2 * bytes > room.disk)
    return Outbox::DeadLetterEnd::full;
  begin();
  dead_letters_.take(record->sequence);
  if (!totals_.oldest) totals_.oldest = Totals::Oldest{sequence, record->stored_at};
  record->refusal.reset();
  record->sequence = sequence;
  record->oldest = totals_.oldest->sequence;
  tables_.insert(*record);
  new_last_sequence_ = sequence;
  room.disk -= 2 * bytes;
  ++totals_.messages;
  return Outbox::DeadLetterEnd::done;
}

Outbox::DeadLetterEnd OutboxStore::remove(const std::string& id) {
  const auto sequence = dead_letters_.find(id);
  if (!sequence) return Outbox::DeadLetterEnd::not_found;
  begin();
  dead_letters_.remove(*sequence);
  return Outbox::DeadLetterEnd::done;
}

/// Acknowledgements come mostly in order: neighbours are removed as one range.
void OutboxStore::settle(std::vector<Sequence> sequences) {
  std::sort(sequences.begin(), sequences.end());
  for (std::size_t first = 0; first < sequences.size();) {
    std::size_t last = first;
    while (last + 1 < sequences.size() && sequences[last + 1] <= sequences[last] + 1) ++last;
    begin();
    const RowSum removed = tables_.remove_messages(sequences[first], sequences[last]);
    count(removed);
    tally_.settled += removed.rows;
    first = last + 1;
  }
}

/// Takes the bytes of the changes off `room`: messages of the same transaction must not count on them.
void OutboxStore::save(const std::vector<SubscriptionChange>& changes, Room& room) {
  begin();
  room.disk -= std::min(room.disk, 2 * counted_bytes(changes));
  tables_.replace_subscriptions(changes);
}

/// A damaged index may name any row: a row is removed only if it says itself that it has expired.
bool OutboxStore::purge_expired(WallTime now) {
  std::vector<Sequence> expired, damaged;
  for (const Sequence sequence : tables_.expired_messages(now, purged_at_once)) {
    Statement& row = tables_.message(sequence);
    Rows rows(row);
    if (!rows.next())
      throw DatabaseError(SQLITE_CORRUPT, "the index of expiry times names what is not there");
    const auto record = record_from(row);
    if (!record) report_damage(row, "message");
    if (record && !(record->expires_at && *record->expires_at <= now))
      throw DatabaseError(SQLITE_CORRUPT, "the index of expiry times is wrong");
    (record ? expired : damaged).push_back(sequence);
  }
  drop(expired, &Tally::expired);
  drop(damaged, &Tally::damaged);
  return expired.size() + damaged.size() > 0;
}

void OutboxStore::purge_answers(WallTime now) {
  const auto last = answers_.last_outdated(now);
  if (!last) return;
  begin();
  answers_.remove_up_to(*last);
}

void OutboxStore::probe() {
  begin();
  const auto last = tables_.number(StoredNumber::probe);
  tables_.write({StoredNumber::probe, last ? (last->value + 1) & 0xFFFF : 0});
}

void OutboxStore::keep_clock_shift(std::int64_t shift) {
  if (std::abs(shift - clock_shift_) < worth_keeping) return;
  begin();
  tables_.write({StoredNumber::clock_shift, shift});
  new_clock_shift_ = shift;
}

WallTime OutboxStore::newest_time() {
  WallTime newest = 0;
  {
    Statement& row = tables_.last_message();
    Rows rows(row);
    const auto record = rows.next() ? record_from(row) : std::nullopt;
    if (record) newest = record->stored_at;
  }
  Statement& row = tables_.last_answer();
  Rows rows(row);
  const auto answer = rows.next() ? answer_from(row) : std::nullopt;
  return answer ? std::max(newest, answer->answered_at) : newest;
}

std::vector<SubscriptionChange> OutboxStore::subscriptions() {
  std::vector<SubscriptionChange> changes;
  Statement& row = tables_.all_subscriptions();
  Rows rows(row);
  while (rows.next()) {
    if (auto stored = change_from(row)) {
      changes.push_back(std::move(stored->change));
    } else {
      logger_.error("A kept change of the subscriptions is damaged on the disk and is lost: " +
                    escape_line(row.bytes(2).value_or("?"), 100));
    }
  }
  return changes;
}

std::uint64_t OutboxStore::free_bytes() {
  return static_cast<std::uint64_t>(tables_.free_pages()) * page_bytes;
}

bool OutboxStore::shrink() {
  if (totals_.messages + totals_.dead_letters > 0 || tables_.free_pages() < worth_shrinking) return false;
  database_.execute("VACUUM");
  return true;
}

}  // namespace bridge
