#pragma once

#include <vector>

#include "stored_record.h"

namespace bridge {

/// A number of rows, and the sum of their bytes as the limits count them.
struct RowSum {
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
};

/// @param row of messages, dead letters or answers.
inline Sequence sequence_of(const Statement& row) {
  return static_cast<Sequence>(row.integer(0).value_or(0));
}

/// The statements on the tables of one connection. All throw DatabaseError.
class Tables {
 public:
  explicit Tables(const Database& database);

  /// Into `dead_letters` if it has a refusal, else into `messages`.
  void insert(const StoredRecord& record);
  /// The messages behind `after`, in their order.
  Statement& messages_behind(Sequence after);
  /// The messages behind `after`, without payloads and properties: sequence, id, topic_name, qos, retain,
  /// stored_at, expires_at.
  Statement& heads_behind(Sequence after);
  Statement& message(Sequence sequence);
  /// Removes the messages from `first` to `last`.
  RowSum remove_messages(Sequence first, Sequence last);
  /// Numbers of messages whose expiry was before `now`, at most `limit`.
  std::vector<Sequence> expired_messages(WallTime now, std::size_t limit);
  RowSum sum_messages();
  /// The sequence of the first message, and the time at which it was stored.
  Statement& first_message();
  Statement& last_message();

  /// The dead letters behind the one with the number `after`, in their order.
  Statement& dead_letters_behind(Sequence after);
  Statement& dead_letter(const std::string& id);
  RowSum remove_dead_letter(Sequence sequence);
  RowSum sum_dead_letters();

  void insert(const StoredAnswer& answer);
  Statement& all_answers();
  Statement& last_answer();
  std::uint64_t remove_answers_up_to(Sequence last);

  void replace_subscriptions(const std::vector<SubscriptionChange>& changes);
  Statement& all_subscriptions();

  void write(const StoredNumber& number);
  std::optional<StoredNumber> number(StoredNumber::Name name);
  /// The last one that was given out. @throws DatabaseError with damage if it is not there.
  Sequence last_sequence();

  std::int64_t free_pages();

 private:
  Statement insert_message_, insert_dead_letter_;
  Statement messages_behind_, heads_behind_, message_, sum_range_, remove_range_, expired_, sum_messages_,
      first_message_, last_message_;
  Statement dead_letters_behind_, dead_letter_, sum_dead_letter_, remove_dead_letter_, sum_dead_letters_;
  Statement insert_answer_, answers_, last_answer_, remove_answers_;
  Statement remove_subscriptions_, insert_subscription_, subscriptions_;
  Statement write_number_, number_, free_pages_;
};

}  // namespace bridge
