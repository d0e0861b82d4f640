#pragma once

#include <utility>

#include "row_scan.h"
#include "stored_record.h"

namespace bridge {

/// What the pages of a damaged database still hold: rows whose checksums are right, and nothing else.
class Salvage {
 public:
  Salvage(const PageImage& image, const std::vector<PagePlace>& places);

  struct Found {
    Sequence sequence = 0;
    bool is_dead_letter = false;
    PagePlace place;
    std::size_t cell = 0;
  };
  struct Damaged {
    Sequence sequence = 0;
    std::string id;
  };
  using Range = std::pair<Sequence, Sequence>;

  /// Messages and dead letters, by their sequence.
  const std::vector<Found>& records() const { return records_; }
  std::optional<StoredRecord> read(const Found& found);
  const std::vector<StoredAnswer>& answers() const { return answers_; }
  const std::vector<StoredChange>& changes() const { return changes_; }
  /// The highest that was given out, as far as can be told.
  Sequence last_sequence() const { return last_sequence_; }
  std::int64_t clock_shift() const { return clock_shift_; }
  /// Rows of messages that are not what was written.
  const std::vector<Damaged>& damaged() const { return damaged_; }
  /// Numbers of which there is no trace, and which may have been waiting.
  std::vector<Range> gaps() const;

 private:
  void take(const ScannedRow& row, const PagePlace& place, std::size_t cell);
  void take_record(const ScannedRow& row, const PagePlace& place, std::size_t cell);
  void clean_up();
  bool has_record(Sequence sequence) const;

  RowScan scan_;
  std::vector<Found> records_;
  std::vector<StoredAnswer> answers_;
  std::vector<StoredChange> changes_;
  std::vector<Damaged> damaged_;
  Sequence last_sequence_ = 0;
  std::int64_t clock_shift_ = 0;
  Sequence delivered_before_ = 1;  // what has a lower number had left
};

}  // namespace bridge
