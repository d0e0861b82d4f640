#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bridge/core/outbox.h"
#include "bridge/core/subscription_store.h"
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
  Sequence oldest = 0;  // message that was waiting when this was stored: all before that one had left
  WallTime stored_at = 0;
  std::optional<WallTime> expires_at;
  std::optional<Refusal> refusal;
  std::string id;
  std::optional<IdempotencyToken> token;  // the same as in its answer: damage may leave only one of the two
  Message message;
};

/// A row of `answers`.
struct StoredAnswer {
  Sequence sequence = 0;  // of the message
  IdempotencyToken token;
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

/// Run the statement with the columns as its parameters 1, 2, ..., in their order.
void run_with(Statement& statement, const StoredRecord& record);
void run_with(Statement& statement, const StoredAnswer& answer);
void run_with(Statement& statement, const StoredChange& change);
void run_with(Statement& statement, const StoredNumber& number);

/// The row at which the statement stands. Empty if its checksum does not hold.
std::optional<StoredRecord> record_from(const Statement& statement);
std::optional<StoredAnswer> answer_from(const Statement& statement);
std::optional<StoredChange> change_from(const Statement& statement);
std::optional<StoredNumber> number_from(const Statement& statement);

/// The line for the log about a row of `messages` or `dead_letters` whose checksum does not hold.
/// @param what the row holds: "message" or "dead letter".
std::string damage_line(const Statement& row, const std::string& what);

/// The bytes of a record as the limits count them: its texts and payload, and a fixed part for all else.
constexpr std::uint64_t fixed_bytes = 128;
std::uint64_t counted_bytes(const std::string& id, const Message& message);
std::uint64_t counted_bytes(const std::vector<SubscriptionChange>& changes);

}  // namespace bridge
