#include "damaged_table.h"

#include <algorithm>

namespace bridge {
namespace {

std::string rows_between(const std::string& table, const std::string& key, const char* direction) {
  return "SELECT * FROM " + table + " NOT INDEXED WHERE " + key + " BETWEEN ? AND ? ORDER BY " + key +
         direction;
}

}  // namespace

DamagedTable::DamagedTable(const Database& source, const std::string& table, const std::string& key,
                           std::uint64_t size)
    : upwards_(source, rows_between(table, key, " ASC").c_str()),
      downwards_(source, rows_between(table, key, " DESC").c_str()),
      bytes_left_(1'000'000 + 4 * size),
      failures_left_(1000 + size / 32) {}

void DamagedTable::read(std::int64_t last, const Visit& visit) {
  KeyRange whole;
  if (read_from_both_ends(whole, visit)) return;
  whole.last = std::min(whole.last, std::max(last, highest_));
  split(whole);
  while (!unread_.empty() && bytes_left_ > 0 && failures_left_ > 0) {
    KeyRange range = unread_.top();
    unread_.pop();
    if (!read_from_both_ends(range, visit)) split(range);
  }
}

void DamagedTable::split(const KeyRange& range) {
  if (range.first >= range.last) return;
  const std::int64_t middle = range.first + (range.last - range.first) / 2;
  unread_.push({range.first, middle});
  unread_.push({middle + 1, range.last});
}

/// Takes the rows that were read off the range. @return true if all of it was read.
bool DamagedTable::read_from_both_ends(KeyRange& range, const Visit& visit) {
  return read_rows(upwards_, range, visit,
                   [&](std::int64_t key) { range.first = std::max(range.first, key + 1); }) ||
         read_rows(downwards_, range, visit,
                   [&](std::int64_t key) { range.last = std::min(range.last, key - 1); });
}

template <typename TakeOff>
bool DamagedTable::read_rows(Statement& statement, const KeyRange& range, const Visit& visit,
                             TakeOff take_off) {
  try {
    const KeyRange all = range;
    Rows rows(statement.bind(1, all.first).bind(2, all.last));
    while (bytes_left_ > 0 && rows.next()) {
      const std::int64_t key = statement.integer(0).value_or(0);
      if (key < all.first || key > all.last) continue;  // a damaged tree is in no order
      take_off(key);
      highest_ = std::max(highest_, key);
      bytes_left_ -= std::min(bytes_left_, statement.row_bytes());
      visit(statement);
    }
    return bytes_left_ > 0;
  } catch (const DatabaseError& error) {
    if (!error.is_damage() && !error.is_too_big()) throw;
    failures_left_ -= std::min<std::uint64_t>(failures_left_, 1);
    return false;
  }
}

}  // namespace bridge
