#include "stored_record.h"

#include "bridge/core/escape.h"
#include "checksum.h"
#include "user_properties.h"

namespace bridge {
namespace {

/// Binds the columns of a row one after the other, and sums them up.
class RowWriter {
 public:
  explicit RowWriter(Statement& statement, std::int64_t key) : statement_(statement) {
    statement_.bind(1, key);
    checksum_.integer(key);
  }
  ~RowWriter() = default;
  RowWriter(const RowWriter&) = delete;
  RowWriter& operator=(const RowWriter&) = delete;

  void integer(const std::optional<std::int64_t>& value) {
    checksum_.integer(value);
    statement_.bind(next_++, value);
  }
  void text(const std::optional<std::string_view>& value) {
    checksum_.bytes(value);
    statement_.bind_text(next_++, value);
  }
  void blob(const std::optional<std::string_view>& value) {
    checksum_.bytes(value);
    statement_.bind_blob(next_++, value);
  }
  void run() {
    statement_.bind(2, checksum_.value());
    statement_.run();
  }

 private:
  Statement& statement_;
  Checksum checksum_;
  int next_ = 3;
};

/// Reads the columns of a row one after the other, and sums them up.
class RowReader {
 public:
  explicit RowReader(const Statement& statement) : statement_(statement) { checksum_.integer(key()); }

  std::int64_t key() const { return statement_.integer(0).value_or(0); }
  std::optional<std::int64_t> integer() {
    const auto value = statement_.integer(next_++);
    checksum_.integer(value);
    return value;
  }
  std::optional<std::string_view> bytes() {
    const auto value = statement_.bytes(next_++);
    checksum_.bytes(value);
    return value;
  }
  std::optional<std::string> string() {
    const auto value = bytes();
    return value ? std::optional<std::string>(*value) : std::nullopt;
  }
  bool holds() const { return statement_.integer(1) == checksum_.value(); }

 private:
  const Statement& statement_;
  Checksum checksum_;
  int next_ = 2;
};

std::optional<std::int64_t> seconds_of(const std::optional<std::chrono::seconds>& duration) {
  return duration ? std::optional<std::int64_t>(duration->count()) : std::nullopt;
}

std::optional<QoS> qos_of(std::optional<std::int64_t> value) {
  if (!value || *value < 0 || *value > 2) return std::nullopt;
  return static_cast<QoS>(*value);
}

void write_token(RowWriter& row, const std::optional<IdempotencyToken>& token) {
  row.text(token ? std::optional<std::string_view>(token->key) : std::nullopt);
  row.integer(token ? std::optional(static_cast<std::int64_t>(token->fingerprint)) : std::nullopt);
}

std::optional<IdempotencyToken> read_token(RowReader& row) {
  auto key = row.string();
  const auto fingerprint = row.integer();
  if (!key || !fingerprint) return std::nullopt;
  return IdempotencyToken{std::move(*key), static_cast<std::uint64_t>(*fingerprint)};
}

void write_message(RowWriter& row, const Message& message,
                   const std::optional<std::string>& user_properties) {
  const MessageProperties& properties = message.properties;
  row.integer(static_cast<int>(message.qos));
  row.integer(message.retain ? 1 : 0);
  row.text(message.topic_name);
  row.integer(properties.payload_format_indicator);
  row.integer(seconds_of(properties.message_expiry_interval));
  row.text(properties.content_type);
  row.text(properties.response_topic);
  row.blob(properties.correlation_data);
  row.blob(user_properties);
  row.blob(message.payload);
}

/// @return false if a value cannot be one that was written; true does not mean that the checksum holds.
bool read_message(RowReader& row, Message& message) {
  MessageProperties& properties = message.properties;
  const auto qos = qos_of(row.integer());
  message.retain = row.integer() == 1;
  message.topic_name = row.string().value_or("");
  if (const auto format = row.integer())
    properties.payload_format_indicator = static_cast<std::uint8_t>(*format);
  if (const auto expiry = row.integer()) properties.message_expiry_interval = std::chrono::seconds(*expiry);
  properties.content_type = row.string();
  properties.response_topic = row.string();
  properties.correlation_data = row.string();
  auto user_properties = decode_user_properties(row.bytes().value_or(""));
  message.payload = row.string().value_or("");
  if (!qos || !user_properties) return false;
  message.qos = *qos;
  properties.user_properties = std::move(*user_properties);
  return true;
}

}  // namespace

void run_with(Statement& statement, const StoredRecord& record) {
  const std::optional<std::string> user_properties =
      encode_user_properties(record.message.properties.user_properties);
  const auto& refusal = record.refusal;
  RowWriter row(statement, static_cast<std::int64_t>(record.sequence));
  row.integer(static_cast<std::int64_t>(counted_bytes(record.id, record.message)));
  row.integer(static_cast<std::int64_t>(record.oldest));
  row.integer(record.stored_at);
  row.integer(record.expires_at);
  row.integer(refusal ? std::optional<std::int64_t>(refusal->reason_code) : std::nullopt);
  row.integer(refusal ? std::optional<std::int64_t>(refusal->at) : std::nullopt);
  row.text(record.id);
  write_token(row, record.token);
  write_message(row, record.message, user_properties);
  row.run();
}

std::optional<StoredRecord> record_from(const Statement& statement) {
  RowReader row(statement);
  StoredRecord record;
  record.sequence = static_cast<Sequence>(row.key());
  row.integer();  // the size: for sums
  record.oldest = static_cast<Sequence>(row.integer().value_or(0));
  record.stored_at = row.integer().value_or(0);
  record.expires_at = row.integer();
  const auto reason_code = row.integer();
  const auto refused_at = row.integer();
  if (reason_code && refused_at) record.refusal = Refusal{static_cast<int>(*reason_code), *refused_at};
  record.id = row.string().value_or("");
  record.token = read_token(row);
  const bool possible = read_message(row, record.message);
  if (!possible || !row.holds()) return std::nullopt;
  return record;
}

void run_with(Statement& statement, const StoredAnswer& answer) {
  RowWriter row(statement, static_cast<std::int64_t>(answer.sequence));
  row.integer(answer.answered_at);
  row.text(answer.token.key);
  row.integer(static_cast<std::int64_t>(answer.token.fingerprint));
  row.text(answer.id);
  row.run();
}

std::optional<StoredAnswer> answer_from(const Statement& statement) {
  RowReader row(statement);
  StoredAnswer answer;
  answer.sequence = static_cast<Sequence>(row.key());
  answer.answered_at = row.integer().value_or(0);
  answer.token.key = row.string().value_or("");
  answer.token.fingerprint = static_cast<std::uint64_t>(row.integer().value_or(0));
  answer.id = row.string().value_or("");
  return row.holds() ? std::optional(std::move(answer)) : std::nullopt;
}

void run_with(Statement& statement, const StoredChange& change) {
  const auto& qos = change.change.qos;
  RowWriter row(statement, change.number);
  row.text(change.change.topic_filter);
  row.integer(qos ? std::optional<std::int64_t>(static_cast<int>(*qos)) : std::nullopt);
  row.run();
}

std::optional<StoredChange> change_from(const Statement& statement) {
  RowReader row(statement);
  StoredChange change;
  change.number = row.key();
  change.change.topic_filter = row.string().value_or("");
  change.change.qos = qos_of(row.integer());
  return row.holds() ? std::optional(std::move(change)) : std::nullopt;
}

void run_with(Statement& statement, const StoredNumber& number) {
  RowWriter row(statement, number.name);
  row.integer(number.value);
  row.run();
}

std::optional<StoredNumber> number_from(const Statement& statement) {
  RowReader row(statement);
  StoredNumber number;
  number.name = row.key();
  number.value = row.integer().value_or(0);
  return row.holds() ? std::optional(number) : std::nullopt;
}

std::string damage_line(const Statement& row, const std::string& what) {
  constexpr int sequence = 0, id = 8;  // columns
  constexpr std::size_t shown_of_id = 100;
  return "The stored " + what + " number " + std::to_string(row.integer(sequence).value_or(0)) +
         " with the id " + escape_line(row.bytes(id).value_or("?"), shown_of_id) +
         " is damaged on the disk and is lost";
}

std::uint64_t counted_bytes(const std::string& id, const Message& message) {
  const MessageProperties& properties = message.properties;
  std::uint64_t bytes = fixed_bytes + id.size() + message.topic_name.size() + message.payload.size();
  for (const auto* text :
       {&properties.content_type, &properties.response_topic, &properties.correlation_data})
    if (*text) bytes += (*text)->size();
  for (const UserProperty& property : properties.user_properties)
    bytes += 4 + property.name.size() + property.value.size();
  return bytes;
}

std::uint64_t counted_bytes(const std::vector<SubscriptionChange>& changes) {
  std::uint64_t bytes = 0;
  for (const SubscriptionChange& change : changes) bytes += fixed_bytes + change.topic_filter.size();
  return bytes;
}

}  // namespace bridge
