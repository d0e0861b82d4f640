#include "run_ledger.h"

#include <algorithm>
#include <sstream>

namespace bridge::test {

LedgerTotals& LedgerTotals::operator+=(const LedgerTotals& other) {
  acked += other.acked;
  stored += other.stored;
  lost += other.lost;
  refused += other.refused;
  forbidden += other.forbidden;
  unknown += other.unknown;
  duplicates += other.duplicates;
  inversions += other.inversions;
  repeated += other.repeated;
  damaged += other.damaged;
  unseen += other.unseen;
  acked_qos0 += other.acked_qos0;
  return *this;
}

RunLedger::RunLedger(const std::vector<int>& qos) {
  for (const int level : qos) books_.push_back(Book{.qos = level});
}

RunLedger::Entry& RunLedger::entry_of(const MessageName& name) {
  std::deque<Entry>& entries = books_.at(name.writer).entries;
  if (entries.size() <= name.number) entries.resize(name.number + 1);
  return entries[name.number];
}

void RunLedger::answered(const MessageName& name, int status) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entry_of(name);
  entry.last_status = status;
  entry.answered_at = Clock::now();
  if (status == 200 || status == 202) {
    if (!entry.acked && books_[name.writer].qos > 0) ++acked_;
    entry.acked = true;
    entry.stored = entry.stored || status == 202;
  } else if (status == 504 || status == 0) {
    entry.unsure = true;
  }
}

void RunLedger::sent(const MessageName& name, const Sending& sending) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entry_of(name);
  ++sent_;
  if (entry.sendings.empty()) entry.first_sent = sent_;
  entry.sendings.push_back(sending);
}

void RunLedger::confirmed(const MessageName& name) {
  const std::lock_guard lock(mutex_);
  entry_of(name).confirmed = true;
}

void RunLedger::seen(const MessageName& name) {
  const std::lock_guard lock(mutex_);
  entry_of(name).seen = true;
}

void RunLedger::damaged() {
  const std::lock_guard lock(mutex_);
  ++damaged_;
}

std::size_t RunLedger::acked() const {
  const std::lock_guard lock(mutex_);
  return acked_;
}

bool RunLedger::all_confirmed_are_seen() const {
  const std::lock_guard lock(mutex_);
  return std::all_of(books_.begin(), books_.end(), [](const Book& book) {
    return std::all_of(book.entries.begin(), book.entries.end(),
                       [](const Entry& entry) { return entry.seen || !entry.confirmed; });
  });
}

/// A refusal counts only if no other answer to the same message said more.
bool RunLedger::is_refused(const Entry& entry) {
  return entry.last_status >= 400 && !entry.acked && !entry.unsure;
}

/// A crash leads to another connection, and what is stored keeps its id.
bool RunLedger::is_repeated(const Entry& entry) {
  for (std::size_t later = 1; later < entry.sendings.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      const Sending& one = entry.sendings[earlier];
      const Sending& other = entry.sendings[later];
      const bool stored_twice =
          !one.stored_id.empty() && !other.stored_id.empty() && one.stored_id != other.stored_id;
      if (one.connection == other.connection || stored_twice) return true;
    }
  }
  return false;
}

bool RunLedger::is_lost(const Book& book, const Entry& entry) {
  return book.qos > 0 && entry.acked && !entry.confirmed;
}

void RunLedger::add(const Book& book, const Entry& entry, bool subscribed, LedgerTotals& totals) {
  const bool answered = entry.last_status >= 0;
  if (entry.acked) ++(book.qos > 0 ? totals.acked : totals.acked_qos0);
  if (entry.acked && entry.stored && book.qos > 0) ++totals.stored;
  if (is_lost(book, entry)) ++totals.lost;
  if (is_refused(entry)) ++totals.refused;
  if (is_refused(entry) && !entry.sendings.empty()) ++totals.forbidden;
  if (answered && !entry.acked && entry.unsure) ++totals.unknown;
  if (entry.sendings.size() > 1) totals.duplicates += entry.sendings.size() - 1;
  if (is_repeated(entry)) ++totals.repeated;
  if (subscribed && entry.confirmed && !entry.seen) ++totals.unseen;
}

/// Each message against the one that was acked before it: in order all the way, or there is such a pair.
std::size_t RunLedger::inversions_of(const Book& book) {
  std::size_t inversions = 0;
  std::uint64_t before = 0;
  if (book.qos == 0) return 0;
  for (const Entry& entry : book.entries) {
    if (!entry.acked || entry.sendings.empty()) continue;
    if (entry.first_sent < before) ++inversions;
    before = entry.first_sent;
  }
  return inversions;
}

LedgerTotals RunLedger::compare(bool subscribed) const {
  const std::lock_guard lock(mutex_);
  LedgerTotals totals;
  totals.damaged = damaged_;
  for (const Book& book : books_) {
    for (const Entry& entry : book.entries) add(book, entry, subscribed, totals);
    totals.inversions += inversions_of(book);
  }
  return totals;
}

std::string RunLedger::ms_into_the_run(TimePoint at) const {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(at - started_at_).count()) +
         " ms";
}

std::string RunLedger::history(const Book& book, const Entry& entry) const {
  std::ostringstream text;
  text << "QoS " << book.qos << ", last answer " << entry.last_status << " after "
       << ms_into_the_run(entry.answered_at) << (entry.acked ? ", acked" : "")
       << (entry.stored ? ", stored" : "") << (entry.unsure ? ", once unknown" : "")
       << (entry.confirmed ? ", confirmed" : ", not confirmed");
  for (const Sending& sending : entry.sendings) {
    text << "; sent after " << ms_into_the_run(sending.at) << " on connection " << sending.connection
         << (sending.dup ? " with DUP" : "") << (sending.stored_id.empty() ? "" : " as " + sending.stored_id);
  }
  return text.str();
}

std::string RunLedger::evidence(std::size_t most) const {
  const std::lock_guard lock(mutex_);
  std::ostringstream text;
  for (std::size_t writer = 0; writer < books_.size(); ++writer) {
    const Book& book = books_[writer];
    std::uint64_t before = 0;
    for (std::size_t number = 0; number < book.entries.size() && most > 0; ++number) {
      const Entry& entry = book.entries[number];
      const bool inverted =
          book.qos > 0 && entry.acked && !entry.sendings.empty() && entry.first_sent < before;
      if (entry.acked && !entry.sendings.empty()) before = entry.first_sent;
      const char* charge = is_lost(book, entry)                           ? "lost"
                           : is_refused(entry) && !entry.sendings.empty() ? "forbidden"
                           : is_repeated(entry)                           ? "repeated"
                           : inverted                                     ? "inverted"
                                                                          : nullptr;
      if (charge == nullptr) continue;
      text << "  " << charge << ": writer " << writer << ", message " << number << ": "
           << history(book, entry) << "\n";
      --most;
    }
  }
  return text.str();
}

}  // namespace bridge::test
