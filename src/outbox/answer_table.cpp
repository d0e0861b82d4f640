#include "answer_table.h"

#include <algorithm>
#include <utility>

namespace bridge {
namespace {

constexpr std::uint64_t removed_at_once = 1000;

}  // namespace

void AnswerTable::insert(const StoredAnswer& answer) {
  tables_.insert(answer);
  ++totals_.answers;
}

std::vector<RememberedResponse> AnswerTable::list(WallTime now) const {
  std::vector<RememberedResponse> answers;
  Statement& row = tables_.all_answers();
  Rows rows(row);
  while (rows.next()) {
    auto stored = answer_from(row);
    if (!stored) continue;
    const std::chrono::milliseconds age(std::max<WallTime>(0, now - stored->answered_at));
    if (age <= answers_are_kept) answers.push_back({std::move(stored->token), std::move(stored->id), age});
  }
  return answers;
}

std::optional<Sequence> AnswerTable::last_outdated(WallTime now) const {
  const WallTime kept_since = now - std::chrono::milliseconds(answers_are_kept).count();
  std::optional<Sequence> last;
  Statement& row = tables_.all_answers();
  Rows rows(row);
  for (std::uint64_t count = 0; rows.next(); ++count) {
    const bool too_many = totals_.answers > most_answers + count;
    const bool too_old = row.integer(2).value_or(0) <= kept_since;
    if (!too_many && (!too_old || count >= removed_at_once)) break;
    last = sequence_of(row);
  }
  return last;
}

void AnswerTable::remove_up_to(Sequence last) {
  totals_.answers -= std::min(totals_.answers, tables_.remove_answers_up_to(last));
}

void AnswerTable::count() {
  totals_.answers = 0;
  Rows rows(tables_.all_answers());
  while (rows.next()) ++totals_.answers;
}

}  // namespace bridge
