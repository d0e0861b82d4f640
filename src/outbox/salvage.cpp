#include "salvage.h"

#include <algorithm>

namespace bridge {
namespace {

constexpr std::size_t most_damaged = 1000;
constexpr std::size_t most_gaps = 1000;

template <typename Row, typename Key>
void sort_and_drop_repeats(std::vector<Row>& rows, Key key) {
  std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return key(a) < key(b); });
  const auto repeated =
      std::unique(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return key(a) == key(b); });
  rows.erase(repeated, rows.end());
}

}  // namespace

Salvage::Salvage(const PageImage& image, const std::vector<PagePlace>& places) : scan_(image) {
  for (const PagePlace& place : places)
    scan_.visit(place, [&](const ScannedRow& row, std::size_t cell) { take(row, place, cell); });
  clean_up();
}

void Salvage::take(const ScannedRow& row, const PagePlace& place, std::size_t cell) {
  if (row.columns() == record_columns) return take_record(row, place, cell);
  if (row.columns() == answer_columns) {
    if (auto answer = answer_from(row)) answers_.push_back(std::move(*answer));
  } else if (row.columns() == change_columns) {
    if (auto change = change_from(row)) changes_.push_back(std::move(*change));
  } else if (row.columns() == number_columns) {
    const auto number = number_from(row);
    if (number && number->name == StoredNumber::last_sequence)
      last_sequence_ = std::max(last_sequence_, static_cast<Sequence>(number->value));
    if (number && number->name == StoredNumber::clock_shift) clock_shift_ = number->value;
  }
}

void Salvage::take_record(const ScannedRow& row, const PagePlace& place, std::size_t cell) {
  if (auto record = record_from(row)) {
    if (record->mark)  // what the row of its answer says too, if that is not lost
      answers_.push_back({record->sequence, std::move(*record->mark), record->id, record->stored_at});
    records_.push_back({record->sequence, record->refusal.has_value(), place, cell});
    last_sequence_ = std::max(last_sequence_, record->sequence);
    delivered_before_ = std::max(delivered_before_, std::min(record->oldest, record->sequence));
  } else if (damaged_.size() < most_damaged) {
    damaged_.push_back(
        {static_cast<Sequence>(row.integer(0).value_or(0)), std::string(row.bytes(8).value_or("?"))});
  }
}

// A page that is out of date may show what was delivered since: a message below the oldest that was waiting
// later, or one that has become a dead letter.
void Salvage::clean_up() {
  std::erase_if(records_, [this](const Found& found) {
    return !found.is_dead_letter && found.sequence < delivered_before_;
  });
  sort_and_drop_repeats(records_,
                        [](const Found& found) { return std::pair(found.sequence, !found.is_dead_letter); });
  sort_and_drop_repeats(records_, [](const Found& found) { return found.sequence; });
  sort_and_drop_repeats(answers_, [](const StoredAnswer& answer) { return answer.sequence; });
  sort_and_drop_repeats(changes_, [](const StoredChange& change) { return change.number; });
  sort_and_drop_repeats(damaged_, [](const Damaged& damaged) { return damaged.sequence; });
  std::erase_if(damaged_, [this](const Damaged& damaged) { return has_record(damaged.sequence); });
  // An answer whose message is lost would keep its sender from sending it again.
  std::erase_if(answers_, [this](const StoredAnswer& answer) {
    return answer.sequence >= delivered_before_ && !has_record(answer.sequence);
  });
}

bool Salvage::has_record(Sequence sequence) const {
  const auto found =
      std::lower_bound(records_.begin(), records_.end(), sequence,
                       [](const Found& record, Sequence wanted) { return record.sequence < wanted; });
  return found != records_.end() && found->sequence == sequence;
}

std::optional<StoredRecord> Salvage::read(const Found& found) {
  ScannedRow row;
  return scan_.read(found.place, found.cell, row) ? record_from(row) : std::nullopt;
}

std::vector<Salvage::Range> Salvage::gaps() const {
  std::vector<Range> gaps;
  Sequence next = delivered_before_;
  const auto close_gap = [&](Sequence end) {  // up to `end`, without it
    if (end > next && gaps.size() < most_gaps) gaps.emplace_back(next, end - 1);
    next = std::max(next, end + 1);
  };
  for (const Found& found : records_) close_gap(found.sequence);
  close_gap(last_sequence_ + 1);
  return gaps;
}

}  // namespace bridge
