#include "run_ledger.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

namespace bridge::test {
namespace {

constexpr std::array figures = {
    &LedgerTotals::acked,      &LedgerTotals::stored,       &LedgerTotals::lost,
    &LedgerTotals::refused,    &LedgerTotals::forbidden,    &LedgerTotals::unknown,
    &LedgerTotals::duplicates, &LedgerTotals::inversions,   &LedgerTotals::repeated,
    &LedgerTotals::damaged,    &LedgerTotals::unseen,       &LedgerTotals::overseen,
    &LedgerTotals::large,      &LedgerTotals::expiring,     &LedgerTotals::expired,
    &LedgerTotals::late,       &LedgerTotals::wrong_expiry, &LedgerTotals::poisoned,
    &LedgerTotals::dead,       &LedgerTotals::blamed,       &LedgerTotals::acked_qos0};
static_assert(sizeof(LedgerTotals) == figures.size() * sizeof(std::size_t), "each figure is added up");

}  // namespace

LedgerTotals& LedgerTotals::operator+=(const LedgerTotals& other) {
  for (const auto figure : figures) this->*figure += other.*figure;
  return *this;
}

RunLedger::RunLedger(const std::vector<int>& qos) {
  for (const int level : qos) books_.push_back(Book{.qos = level});
}

MessageRecord& RunLedger::record_of(const MessageName& name) {
  Book& book = books_.at(name.writer);
  while (book.records.size() <= name.number) {
    const MessageName next{name.writer, book.records.size()};
    book.records.push_back({.qos = book.qos, .poisoned = is_poisoned(next), .expiry = expiry_of(next)});
  }
  return book.records[name.number];
}

void RunLedger::posted(const MessageName& name, TimePoint at) {
  const std::lock_guard lock(mutex_);
  MessageRecord& record = record_of(name);
  if (record.posted_at == TimePoint{}) record.posted_at = at;
}

void RunLedger::answered(const MessageName& name, int status, const std::string& id) {
  const std::lock_guard lock(mutex_);
  MessageRecord& record = record_of(name);
  record.last_status = status;
  record.answered_at = Clock::now();
  if (!id.empty()) by_id_[id] = name;
  if (status == 200 || status == 202) {
    if (!record.acked && record.qos > 0) ++acked_;
    record.acked = true;
    record.stored = record.stored || status == 202;
  } else if (status == 504 || status == 0) {
    record.unsure = true;
  }
}

void RunLedger::sent(const MessageName& name, const Sending& sending) {
  const std::lock_guard lock(mutex_);
  MessageRecord& record = record_of(name);
  ++sent_;
  if (record.sendings.empty()) record.first_sent = sent_;
  record.sendings.push_back(sending);
}

void RunLedger::confirmed(const MessageName& name, TimePoint at) {
  const std::lock_guard lock(mutex_);
  MessageRecord& record = record_of(name);
  record.confirmed = true;
  record.confirmed_at = at;
}

void RunLedger::seen(const MessageName& name) {
  const std::lock_guard lock(mutex_);
  ++record_of(name).seen;
}

void RunLedger::dead(const std::string& id) {
  const std::lock_guard lock(mutex_);
  if (const auto known = by_id_.find(id); known != by_id_.end()) record_of(known->second).dead = true;
}

void RunLedger::damaged() {
  const std::lock_guard lock(mutex_);
  ++damaged_;
}

void RunLedger::allow_stalls_of(Clock::duration stall) {
  const std::lock_guard lock(mutex_);
  stall_ += stall;
}

void RunLedger::calm_begins(TimePoint at) {
  const std::lock_guard lock(mutex_);
  calm_from_ = at;
}

void RunLedger::calm_ends(TimePoint at) {
  const std::lock_guard lock(mutex_);
  calm_to_ = at;
}

std::size_t RunLedger::acked() const {
  const std::lock_guard lock(mutex_);
  return acked_;
}

bool RunLedger::all_confirmed_are_seen() const {
  const std::lock_guard lock(mutex_);
  return std::all_of(books_.begin(), books_.end(), [](const Book& book) {
    return std::all_of(book.records.begin(), book.records.end(),
                       [](const MessageRecord& record) { return !is_unseen(record); });
  });
}

bool RunLedger::is_unseen(const MessageRecord& record) {
  return record.confirmed && record.seen == 0 && !record.poisoned && !record.has_expired_at_broker();
}

/// No message may expire while nothing fails and nothing waits.
bool RunLedger::has_expired(const MessageRecord& record) const {
  if (!record.may_have_expired(Clock::now())) return false;
  return record.posted_at < calm_from_ || record.posted_at + *record.expiry > calm_to_;
}

bool RunLedger::is_lost(const MessageRecord& record) const {
  return record.is_missing() && !has_expired(record);
}

void RunLedger::add(std::size_t writer, const MessageRecord& record, bool subscribed,
                    LedgerTotals& totals) const {
  const auto count = [](bool is_one) { return is_one ? std::size_t{1} : std::size_t{0}; };
  const bool acked = record.acked && record.qos > 0;
  const bool is_large = writer >= writer_numbers::large && writer < writer_numbers::expiring;
  totals.acked += count(acked);
  totals.acked_qos0 += count(record.acked && record.qos == 0);
  totals.stored += count(acked && record.stored);
  totals.lost += count(is_lost(record));
  totals.refused += count(record.is_refused());
  totals.forbidden += count(record.is_forbidden());
  totals.unknown += count(record.last_status >= 0 && !record.acked && record.unsure);
  if (record.sendings.size() > 1) totals.duplicates += record.sendings.size() - 1;
  totals.repeated += count(record.is_repeated());
  totals.unseen += count(subscribed && is_unseen(record));
  totals.overseen += count(record.seen > record.sendings.size());
  totals.large += count(acked && is_large);
  totals.expiring += count(acked && record.expiry.has_value());
  totals.expired += count(record.is_missing() && has_expired(record));
  totals.late += count(record.is_late(stall_));
  totals.wrong_expiry += count(record.has_wrong_expiry(stall_));
  totals.poisoned += count(record.poisoned && record.last_status >= 0);
  totals.dead += count(record.poisoned && record.dead);
  totals.blamed += count(record.is_blamed());
}

/// Compares each message with the one that was acked before it: if these pairs are in order, all are.
std::size_t RunLedger::inversions_of(const Book& book) {
  std::size_t inversions = 0;
  std::uint64_t before = 0;
  if (book.qos == 0) return 0;
  for (const MessageRecord& record : book.records) {
    if (!record.acked || record.sendings.empty()) continue;
    if (record.first_sent < before) ++inversions;
    before = record.first_sent;
  }
  return inversions;
}

LedgerTotals RunLedger::compare(bool subscribed) const {
  const std::lock_guard lock(mutex_);
  LedgerTotals totals;
  totals.damaged = damaged_;
  for (std::size_t writer = 0; writer < books_.size(); ++writer) {
    for (const MessageRecord& record : books_[writer].records) add(writer, record, subscribed, totals);
    totals.inversions += inversions_of(books_[writer]);
  }
  return totals;
}

std::string RunLedger::ms_into_the_run(TimePoint at) const {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(at - started_at_).count()) +
         " ms";
}

std::string RunLedger::history(const MessageRecord& record) const {
  std::ostringstream text;
  text << "QoS " << record.qos;
  if (record.expiry) text << ", expires after " << record.expiry->count() << " s";
  if (record.posted_at != TimePoint{}) text << ", posted after " << ms_into_the_run(record.posted_at);
  text << ", last answer " << record.last_status << " after " << ms_into_the_run(record.answered_at)
       << (record.poisoned ? ", poisoned" : "") << (record.acked ? ", acked" : "")
       << (record.stored ? ", stored" : "") << (record.unsure ? ", once unknown" : "")
       << (record.dead ? ", dead letter" : "") << (record.confirmed ? ", confirmed" : ", not confirmed")
       << ", seen " << record.seen << " times";
  for (const Sending& sending : record.sendings) {
    text << "; sent after " << ms_into_the_run(sending.at) << " on connection " << sending.connection
         << " in session " << sending.session << (sending.dup ? " with DUP" : "")
         << (sending.stored_id.empty() ? "" : " as " + sending.stored_id);
    if (sending.expiry) text << " to expire after " << *sending.expiry << " s";
  }
  return text.str();
}

const char* RunLedger::charge_against(const MessageRecord& record, bool subscribed,
                                      std::uint64_t sent_before) const {
  if (is_lost(record)) return "lost";
  if (record.is_forbidden()) return "forbidden";
  if (record.is_repeated()) return "repeated";
  if (record.is_blamed()) return "blamed";
  if (record.is_late(stall_)) return "late";
  if (record.has_wrong_expiry(stall_)) return "wrong expiry";
  if (record.seen > record.sendings.size()) return "seen too often";
  if (subscribed && is_unseen(record)) return "not seen";
  const bool was_sent = record.qos > 0 && record.acked && !record.sendings.empty();
  return was_sent && record.first_sent < sent_before ? "inverted" : nullptr;
}

std::string RunLedger::evidence(bool subscribed, std::size_t most) const {
  const std::lock_guard lock(mutex_);
  std::ostringstream text;
  for (std::size_t writer = 0; writer < books_.size(); ++writer) {
    const std::deque<MessageRecord>& records = books_[writer].records;
    std::uint64_t before = 0;
    std::size_t earlier = 0;
    for (std::size_t number = 0; number < records.size() && most > 0; ++number) {
      const MessageRecord& record = records[number];
      const char* charge = charge_against(record, subscribed, before);
      const std::size_t inverted_with = earlier;
      if (record.acked && !record.sendings.empty()) {
        before = record.first_sent;
        earlier = number;
      }
      if (charge == nullptr) continue;
      if (charge == std::string_view("inverted"))
        text << "  which was posted before: message " << inverted_with << ": "
             << history(records[inverted_with]) << "\n";
      text << "  " << charge << ": writer " << writer << ", message " << number << ": " << history(record)
           << "\n";
      --most;
    }
  }
  return text.str();
}

}  // namespace bridge::test
