#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bridge/core/outbox.h"
#include "bridge/core/subscription_store.h"
#include "columns.h"
#include "database.h"

namespace bridge {

/// Milliseconds since 1970, as OutboxClock has them.
using WallTime = std::int64_t;

struct Refusal {
  int reason_code = 0;
  WallTime at = 0;
};

/// A row of `messages`, or with a refusal of `dead_letters`.
struct StoredRecord {
  Sequence sequence = 0;
  Sequence oldest = 0;  // of what was waiting when this was stored: all before it had been delivered
  WallTime stored_at = 0;
  std::optional<WallTime> expires_at;
  std::optional<Refusal> refusal;
  std::string id;
  std::optional<RequestMark> mark;  // as its answer has it, in case that this is not saved with the message
  Message message;
};

/// A row of `answers`.
struct StoredAnswer {
  Sequence sequence = 0;  // of the message
  RequestMark mark;
  std::string id;
  WallTime answered_at = 0;
};

/// A row of `subscriptions`.
struct StoredChange {
  std::int64_t number = 0;
  SubscriptionChange change;
};

/// A row of `meta`.
struct StoredNumber {
  enum Name : std::int64_t { version = 1, last_sequence = 2, probe = 3, clock_shift = 4 };
  std::int64_t name = 0;
  std::int64_t value = 0;
};

/// How many columns a row has; by this the scan of a damaged file tells the tables apart.
constexpr int record_columns = 21;
constexpr int answer_columns = 6;
constexpr int change_columns = 4;
constexpr int number_columns = 3;

/// Run the statement with the columns as its parameters 1, 2, ..., in their order.
void run_with(Statement& statement, const StoredRecord& record);
void run_with(Statement& statement, const StoredAnswer& answer);
void run_with(Statement& statement, const StoredChange& change);
void run_with(Statement& statement, const StoredNumber& number);

/// Empty if the row is not what was written: its checksum does not hold.
std::optional<StoredRecord> record_from(const Columns& columns);
std::optional<StoredAnswer> answer_from(const Columns& columns);
std::optional<StoredChange> change_from(const Columns& columns);
std::optional<StoredNumber> number_from(const Columns& columns);

/// The bytes of a record as the limits count them: what varies, and a fixed part for all else.
constexpr std::uint64_t fixed_bytes = 128;
std::uint64_t counted_bytes(const std::string& id, const Message& message);
std::uint64_t counted_bytes(const std::vector<SubscriptionChange>& changes);

}  // namespace bridge
