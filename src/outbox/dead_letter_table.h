#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tables.h"
#include "totals.h"

namespace bridge {

/// The messages that the broker refused for good. Works within the store's transaction, and keeps the store's
/// totals. All throw DatabaseError.
class DeadLetterTable {
 public:
  DeadLetterTable(Tables& tables, Totals& totals) : tables_(tables), totals_(totals) {}

  /// @param bytes of the record, as the limits count them. @param most_bytes of all dead letters: the oldest
  ///   make room, since they wait for a person, who may never come.
  /// @return how many had to go.
  std::uint64_t insert(const StoredRecord& record, std::uint64_t bytes, std::uint64_t most_bytes);
  /// Those behind the one with the id `after`, the oldest first; from the first if that is not there.
  std::vector<DeadLetter> list(const std::string& after, std::size_t limit) const;

  std::optional<Sequence> find(const std::string& id) const;
  /// Empty if the row is not what was written.
  std::optional<StoredRecord> read(const std::string& id) const;
  /// @return whether it was there.
  bool remove(Sequence sequence);
  /// Takes it out for a retry: it still counts in the bytes.
  void take(Sequence sequence);

 private:
  std::uint64_t make_room(std::uint64_t most_bytes);

  Tables& tables_;
  Totals& totals_;
};

}  // namespace bridge
