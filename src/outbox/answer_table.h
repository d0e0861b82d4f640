#pragma once

#include <chrono>
#include <vector>

#include "tables.h"
#include "totals.h"

namespace bridge {

constexpr std::chrono::minutes answers_are_kept{10};
constexpr std::uint64_t most_answers = 100'000;

/// The answers to requests with an `Idempotency-Key`. Works within the store's transaction, and keeps the
/// store's totals. All throw DatabaseError.
class AnswerTable {
 public:
  AnswerTable(Tables& tables, Totals& totals) : tables_(tables), totals_(totals) {}

  void insert(const StoredAnswer& answer);
  /// The oldest first.
  std::vector<RememberedResponse> list(WallTime now) const;
  /// The last of the answers to remove next, because they are too old or too many; a call names a bounded
  /// number. Empty if there are none.
  std::optional<Sequence> last_outdated(WallTime now) const;
  /// Removes the answers up to that of the message `last`.
  void remove_up_to(Sequence last);
  /// Counts the answers anew.
  void count();

 private:
  Tables& tables_;
  Totals& totals_;
};

}  // namespace bridge
