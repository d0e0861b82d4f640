#include "dead_letter_table.h"

#include <algorithm>

namespace bridge {
namespace {

constexpr std::size_t largest_list = 512U * 1024;  // bytes
constexpr std::uint64_t most_dead_letters = 10'000;

std::chrono::system_clock::time_point time_point_of(WallTime time) {
  return std::chrono::system_clock::time_point(std::chrono::milliseconds(time));
}

void count_removed(Totals& totals, const RowSum& removed) {
  totals.dead_letters -= std::min(totals.dead_letters, removed.rows);
  totals.dead_bytes -= std::min(totals.dead_bytes, removed.bytes);
}

}  // namespace

std::uint64_t DeadLetterTable::insert(const StoredRecord& record, std::uint64_t bytes,
                                      std::uint64_t most_bytes) {
  tables_.insert(record);
  totals_.bytes += bytes;
  totals_.dead_bytes += bytes;
  ++totals_.dead_letters;
  return make_room(most_bytes);
}

std::vector<DeadLetter> DeadLetterTable::list(const std::string& after, std::size_t limit) const {
  std::vector<DeadLetter> letters;
  std::size_t bytes = 0;
  // An id that is gone means the first page: so one can remove what a page shows and go on.
  Statement& row = tables_.dead_letters_behind(find(after).value_or(0));
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

std::optional<Sequence> DeadLetterTable::find(const std::string& id) const {
  Statement& row = tables_.dead_letter(id);
  Rows rows(row);
  return rows.next() ? std::optional(sequence_of(row)) : std::nullopt;
}

std::optional<StoredRecord> DeadLetterTable::read(const std::string& id) const {
  Statement& row = tables_.dead_letter(id);
  Rows rows(row);
  return rows.next() ? record_from(row) : std::nullopt;
}

bool DeadLetterTable::remove(Sequence sequence) {
  const RowSum removed = tables_.remove_dead_letter(sequence);
  count_removed(totals_, removed);
  totals_.bytes -= std::min(totals_.bytes, removed.bytes);
  return removed.rows > 0;
}

void DeadLetterTable::take(Sequence sequence) {
  count_removed(totals_, tables_.remove_dead_letter(sequence));
}

std::uint64_t DeadLetterTable::make_room(std::uint64_t most_bytes) {
  std::uint64_t dropped = 0;
  while (totals_.dead_letters > 1 &&
         (totals_.dead_letters > most_dead_letters || totals_.dead_bytes > most_bytes)) {
    Sequence oldest = 0;
    {
      Statement& row = tables_.dead_letters_behind(0);
      Rows rows(row);
      if (!rows.next()) break;
      oldest = sequence_of(row);
    }
    if (!remove(oldest)) break;
    ++dropped;
  }
  return dropped;
}

}  // namespace bridge
