#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tables.h"
#include "totals.h"

namespace bridge {

/// The table of messages that the broker refused for good. Works within the store's transaction, and keeps
/// the store's totals. All throw DatabaseError.
class DeadLetterTable {
 public:
  DeadLetterTable(Tables& tables, Totals& totals) : tables_(tables), totals_(totals) {}

  /// @param bytes of the record, as the limits count them. @param most_bytes of all dead letters: the oldest
  ///   are removed to make room, since the person for whom they wait may never come.
  /// @return how many were removed.
  std::uint64_t insert(const StoredRecord& record, std::uint64_t bytes, std::uint64_t most_bytes);
  /// The dead letters behind the one with the id `after`, the oldest first; from the first if it is not
  /// there.
  std::vector<DeadLetter> list(const std::string& after, std::size_t limit) const;

  std::optional<Sequence> find(const std::string& id) const;
  /// Empty if there is no such row, or its checksum does not hold.
  std::optional<StoredRecord> read(const std::string& id) const;
  /// @return true if it was there.
  bool remove(Sequence sequence);
  /// Removes it for a retry: its bytes still count, now as a message's.
  void take(Sequence sequence);

 private:
  std::uint64_t make_room(std::uint64_t most_bytes);

  Tables& tables_;
  Totals& totals_;
};

}  // namespace bridge
