#include "tables.h"

#include "schema.h"

namespace bridge {
namespace {

// A flipped bit in `size` must not fill the outbox: a row counts as at most 1,000,000 bytes more than its
// payload.
#define BRIDGE_SUM \
  "SELECT count(*), coalesce(sum(min(max(size, length(payload)), length(payload) + 1000000)), 0) FROM "

std::int64_t signed_of(Sequence sequence) { return static_cast<std::int64_t>(sequence); }

RowSum sum_of(Statement& statement) {
  const Rows rows(statement);
  if (!statement.step()) return {};
  return {static_cast<std::uint64_t>(statement.integer(0).value_or(0)),
          static_cast<std::uint64_t>(statement.integer(1).value_or(0))};
}

}  // namespace

Tables::Tables(const Database& database)
    : insert_message_(insert_into(database, "messages")),
      insert_dead_letter_(insert_into(database, "dead_letters")),
      messages_behind_(database, "SELECT * FROM messages WHERE sequence > ? ORDER BY sequence"),
      heads_behind_(database,
                    "SELECT sequence, id, topic_name, qos, retain, stored_at, expires_at FROM messages "
                    "WHERE sequence > ? ORDER BY sequence"),
      message_(database, "SELECT * FROM messages WHERE sequence = ?"),
      sum_range_(database, BRIDGE_SUM "messages WHERE sequence BETWEEN ? AND ?"),
      remove_range_(database, "DELETE FROM messages WHERE sequence BETWEEN ? AND ?"),
      expired_(database,
               "SELECT sequence FROM messages INDEXED BY messages_by_expiry WHERE expires_at <= ? LIMIT ?"),
      sum_messages_(database, BRIDGE_SUM "messages"),
      first_message_(database, "SELECT sequence, stored_at FROM messages ORDER BY sequence LIMIT 1"),
      last_message_(database, "SELECT * FROM messages ORDER BY sequence DESC LIMIT 1"),
      dead_letters_behind_(database, "SELECT * FROM dead_letters WHERE sequence > ? ORDER BY sequence"),
      dead_letter_(database, "SELECT * FROM dead_letters WHERE id = ?"),
      sum_dead_letter_(database, BRIDGE_SUM "dead_letters WHERE sequence = ?"),
      remove_dead_letter_(database, "DELETE FROM dead_letters WHERE sequence = ?"),
      sum_dead_letters_(database, BRIDGE_SUM "dead_letters"),
      insert_answer_(insert_into(database, "answers")),
      answers_(database, "SELECT * FROM answers ORDER BY sequence"),
      last_answer_(database, "SELECT * FROM answers ORDER BY sequence DESC LIMIT 1"),
      remove_answers_(database, "DELETE FROM answers WHERE sequence <= ?"),
      remove_subscriptions_(database, "DELETE FROM subscriptions"),
      insert_subscription_(insert_into(database, "subscriptions")),
      subscriptions_(database, "SELECT * FROM subscriptions ORDER BY number"),
      write_number_(insert_into(database, "meta", "INSERT OR REPLACE")),
      number_(database, "SELECT * FROM meta WHERE number = ?"),
      free_pages_(database, "PRAGMA freelist_count") {}

void Tables::insert(const StoredRecord& record) {
  Statement& statement = record.refusal ? insert_dead_letter_ : insert_message_;
  run_with(statement, record);
}

Statement& Tables::messages_behind(Sequence after) { return messages_behind_.bind(1, signed_of(after)); }

Statement& Tables::heads_behind(Sequence after) { return heads_behind_.bind(1, signed_of(after)); }

Statement& Tables::message(Sequence sequence) { return message_.bind(1, signed_of(sequence)); }

RowSum Tables::remove_messages(Sequence first, Sequence last) {
  const RowSum sum = sum_of(sum_range_.bind(1, signed_of(first)).bind(2, signed_of(last)));
  if (sum.rows > 0) remove_range_.bind(1, signed_of(first)).bind(2, signed_of(last)).run();
  return sum;
}

std::vector<Sequence> Tables::expired_messages(WallTime now, std::size_t limit) {
  std::vector<Sequence> sequences;
  Rows rows(expired_.bind(1, now).bind(2, static_cast<std::int64_t>(limit)));
  while (rows.next()) sequences.push_back(static_cast<Sequence>(expired_.integer(0).value_or(0)));
  return sequences;
}

RowSum Tables::sum_messages() { return sum_of(sum_messages_); }

Statement& Tables::first_message() { return first_message_; }

Statement& Tables::last_message() { return last_message_; }

Statement& Tables::dead_letters_behind(Sequence after) {
  return dead_letters_behind_.bind(1, signed_of(after));
}

Statement& Tables::dead_letter(const std::string& id) { return dead_letter_.bind_text(1, id); }

RowSum Tables::remove_dead_letter(Sequence sequence) {
  const RowSum sum = sum_of(sum_dead_letter_.bind(1, signed_of(sequence)));
  remove_dead_letter_.bind(1, signed_of(sequence)).run();
  return sum;
}

RowSum Tables::sum_dead_letters() { return sum_of(sum_dead_letters_); }

void Tables::insert(const StoredAnswer& answer) { run_with(insert_answer_, answer); }

Statement& Tables::all_answers() { return answers_; }

Statement& Tables::last_answer() { return last_answer_; }

std::uint64_t Tables::remove_answers_up_to(Sequence last) {
  return remove_answers_.bind(1, signed_of(last)).run();
}

void Tables::replace_subscriptions(const std::vector<SubscriptionChange>& changes) {
  remove_subscriptions_.run();
  std::int64_t number = 0;
  for (const SubscriptionChange& change : changes) {
    run_with(insert_subscription_, StoredChange{++number, change});
  }
}

Statement& Tables::all_subscriptions() { return subscriptions_; }

void Tables::write(const StoredNumber& number) { run_with(write_number_, number); }

std::optional<StoredNumber> Tables::number(StoredNumber::Name name) {
  Rows rows(number_.bind(1, name));
  return rows.next() ? number_from(number_) : std::nullopt;
}

Sequence Tables::last_sequence() {
  const auto last = number(StoredNumber::last_sequence);
  if (!last) throw DatabaseError(SQLITE_CORRUPT, "its last sequence");
  return static_cast<Sequence>(last->value);
}

std::int64_t Tables::free_pages() {
  Rows rows(free_pages_);
  return rows.next() ? free_pages_.integer(0).value_or(0) : 0;
}

}  // namespace bridge
