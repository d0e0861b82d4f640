#include <algorithm>

#include "outbox_store.h"

namespace bridge {
namespace {

constexpr std::size_t largest_list = 512U * 1024;  // bytes
constexpr std::uint64_t most_dead_letters = 10'000;

std::chrono::system_clock::time_point time_point_of(WallTime time) {
  return std::chrono::system_clock::time_point(std::chrono::milliseconds(time));
}

}  // namespace

void OutboxStore::bury(Sequence sequence, Refusal refusal, std::uint64_t most_dead_bytes) {
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
  tables_.insert(*record);
  totals_.bytes += removed.bytes;
  totals_.dead_bytes += removed.bytes;
  ++totals_.dead_letters;
  ++tally_.buried;
  make_room_for_dead_letters(most_dead_bytes);
}

std::vector<DeadLetter> OutboxStore::dead_letters(const std::string& after, std::size_t limit) {
  std::vector<DeadLetter> letters;
  Sequence behind = 0;  // an id that is gone means the first: whoever pages and removes gets on
  std::size_t bytes = 0;
  {
    Statement& row = tables_.dead_letter(after);
    Rows rows(row);
    if (rows.next()) behind = sequence_of(row);
  }
  Statement& row = tables_.dead_letters_behind(behind);
  Rows rows(row);
  while (letters.size() < limit && bytes < largest_list && rows.next()) {
    auto record = record_from(row);
    if (!record || !record->refusal) continue;
    bytes += counted_bytes(record->id, record->message);
    letters.push_back({std::move(record->id), std::move(record->message), record->refusal->reason_code,
                       time_point_of(record->stored_at), time_point_of(record->refusal->at)});
  }
  return letters;
}

Outbox::DeadLetterEnd OutboxStore::retry(const std::string& id, Sequence sequence, Room& room) {
  std::optional<StoredRecord> record;
  {
    Statement& row = tables_.dead_letter(id);
    Rows rows(row);
    if (!rows.next()) return Outbox::DeadLetterEnd::not_found;
    record = record_from(row);
    if (!record) report_damage(row, "dead letter");
  }
  if (!record) {
    remove(id);
    return Outbox::DeadLetterEnd::not_found;
  }
  const std::uint64_t bytes = counted_bytes(record->id, record->message);  // which max_bytes has counted
  if (totals_.messages >= room.max_messages || totals_.bytes > room.max_bytes || 2 * bytes > room.disk)
    return Outbox::DeadLetterEnd::full;
  begin();
  const RowSum removed = tables_.remove_dead_letter(record->sequence);
  count_dead(removed);
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
  Sequence sequence = 0;
  {
    Statement& row = tables_.dead_letter(id);
    Rows rows(row);
    if (!rows.next()) return Outbox::DeadLetterEnd::not_found;
    sequence = sequence_of(row);
  }
  begin();
  forget_dead_letter(sequence);
  return Outbox::DeadLetterEnd::done;
}

std::uint64_t OutboxStore::forget_dead_letter(Sequence sequence) {
  const RowSum removed = tables_.remove_dead_letter(sequence);
  count_dead(removed);
  totals_.bytes -= std::min(totals_.bytes, removed.bytes);
  return removed.rows;
}

void OutboxStore::count_dead(const RowSum& removed) {
  totals_.dead_letters -= std::min(totals_.dead_letters, removed.rows);
  totals_.dead_bytes -= std::min(totals_.dead_bytes, removed.bytes);
}

// They wait for a person, who may never come, and shall not take the room of what waits for the broker.
void OutboxStore::make_room_for_dead_letters(std::uint64_t most_bytes) {
  while (totals_.dead_letters > 1 &&
         (totals_.dead_letters > most_dead_letters || totals_.dead_bytes > most_bytes)) {
    Sequence oldest = 0;
    {
      Statement& row = tables_.dead_letters_behind(0);
      Rows rows(row);
      if (!rows.next()) return;
      oldest = sequence_of(row);
    }
    if (forget_dead_letter(oldest) == 0) return;
    ++tally_.dropped;
  }
}

}  // namespace bridge
