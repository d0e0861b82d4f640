#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bridge/core/message.h"

namespace bridge {

/// The place of a message in the outbox: strictly increasing, never used again.
using Sequence = std::uint64_t;

/// Identifies a request with an `Idempotency-Key`: another request with the same token is a repeat of it.
struct IdempotencyToken {
  std::string key;
  std::uint64_t fingerprint = 0;  // of the request; tells a repeat from a key used again for something else
  bool operator==(const IdempotencyToken&) const = default;
};

/// A message as it is appended.
struct OutboxRecord {
  std::string id;  // the client is told it; unique for ever
  Message message;
  std::optional<std::chrono::milliseconds> expires_in;  // from now; empty: never
  std::optional<IdempotencyToken> token;
};

/// A message as it is read back.
struct OutboxEntry {
  Sequence sequence = 0;
  std::string id;
  Message message;
  std::optional<std::chrono::milliseconds> expires_in;  // the time left, more than 0; empty: never
};

/// The result of an append.
enum class AppendStatus {
  stored,   // flushed to the disk: it survives a crash of the process or the host
  full,     // a limit of the settings, or of the disk, would be passed; it is not there and never will be
  failed,   // the disk does not take it; it is not there and never will be
  unknown,  // the flush failed, and it cannot be told whether the message will be found after a crash
};

struct Appended {
  AppendStatus status = AppendStatus::failed;
  Sequence sequence = 0;  // if stored
};

struct Fetched {
  std::vector<OutboxEntry> entries;  // in the order of their append
  std::size_t dropped = 0;           // passed over on the way: expired, or damaged
  bool at_end = false;               // nothing stands behind the last of them
  bool failed = false;               // the disk could not be read: ask again later
};

/// An entry as it is shown to people: without its payload.
struct ShownEntry {
  Sequence sequence = 0;
  std::string id;
  std::string topic_name;
  QoS qos{};
  bool retain = false;
  std::chrono::milliseconds age{};  // since it was stored
};

/// A page of the messages that wait.
struct ShownEntries {
  std::vector<ShownEntry> entries;  // in the order of sending
  std::optional<Sequence> next;     // the next page begins after this one; empty: this is the last
};

/// A message that the broker refused for good.
struct DeadLetter {
  std::string id;
  Message message;
  int reason_code = 0;
  std::chrono::system_clock::time_point stored_at;
  std::chrono::system_clock::time_point refused_at;
};

struct OutboxStatus {
  bool accepting = false;  // the disk takes messages, and no limit is reached
  bool nearly_full = false;
  std::string fault;           // why it does not accept, for the log; empty if it does
  std::string reason;          // the same without paths, for HTTP clients
  std::uint64_t messages = 0;  // waiting, without dead letters
  std::uint64_t bytes = 0;     // of these and the dead letters, as the limit counts them
  std::uint64_t max_messages = 0;
  std::uint64_t max_bytes = 0;
  std::optional<std::chrono::milliseconds> oldest_age;
  std::uint64_t dead_letters = 0;
  bool is_known = true;  // false: something may be stored that could not be read since the start
};

/// The response to a request whose message was stored: a repeat of the request gets it again.
struct RememberedResponse {
  IdempotencyToken token;
  std::string id;
  std::chrono::milliseconds age;
};

/// A durable FIFO of Application Messages on their way to the broker. All calls return at once and are safe
/// from any thread. `done` is called once, from the outbox's own thread, with no lock held: it must return at
/// once, since everything else waits for it, and may call the outbox again. Calls are carried out in the
/// order in which they were made, and their `done` are called in that order. The caller bounds how many wait
/// in memory. The destructor carries out the calls that were made before.
class Outbox {
 public:
  virtual ~Outbox() = default;
  /// Writes `record` and flushes it to the disk. One flush serves all records that wait for it.
  virtual void append(OutboxRecord record, std::function<void(Appended)> done) = 0;
  /// The oldest entries behind `after`, at most `limit` and some megabytes. Expired and damaged entries are
  /// removed on the way.
  virtual void fetch(Sequence after, std::size_t limit, std::function<void(Fetched)> done) = 0;
  /// Forgets entries that the broker now owns (PUBACK or PUBCOMP with a Reason Code below 0x80; MQTT 5.0,
  /// 3.4.2.1 and 3.7.2.1). Unknown numbers are ignored: a repeat does no harm. While the disk fails, the
  /// write is tried again; `done` is called when it has succeeded.
  virtual void settle(std::vector<Sequence> sequences, std::function<void()> done) = 0;
  /// Moves an entry to the dead letters: the broker refused it for good. Otherwise as settle().
  virtual void move_to_dead_letters(Sequence sequence, int reason_code, std::function<void()> done) = 0;

  /// Lists the entries behind `after`, without payloads. A call looks at a bounded number of rows, since
  /// appends wait for the same thread: a page may have fewer than `limit` entries, even none, although others
  /// follow. Empty if the disk cannot be read.
  virtual void show(Sequence after, std::size_t limit,
                    std::function<void(std::optional<ShownEntries>)> done) = 0;
  struct Found {
    Sequence sequence = 0;  // 0: it is not there
    bool failed = false;    // the disk could not be read
  };
  /// Looks for the entry with an id, some rows at a time. Other calls are carried out in between, so its
  /// `done` may come behind those of later calls.
  virtual void find(std::string id, std::function<void(Found)> done) = 0;
  enum class Withdrawn { done, not_found, failed };
  /// Removes an entry that is not to be sent any more. If the disk fails, it is not tried again.
  virtual void withdraw(Sequence sequence, std::function<void(Withdrawn)> done) = 0;

  /// At most `limit` dead letters, the oldest first, without those up to `after` (an id; empty: from the
  /// first). Empty if the disk cannot be read.
  virtual void dead_letters(std::string after, std::size_t limit,
                            std::function<void(std::optional<std::vector<DeadLetter>>)> done) = 0;
  enum class DeadLetterEnd { done, not_found, full, failed };
  /// Puts a dead letter behind all waiting messages, with the same id; `full` where append() says so.
  virtual void retry(std::string id, std::function<void(DeadLetterEnd)> done) = 0;
  /// Removes a dead letter for good.
  virtual void remove(std::string id, std::function<void(DeadLetterEnd)> done) = 0;

  /// The present status; reads nothing from the disk.
  virtual OutboxStatus status() const = 0;
  /// @return true if an append would be tried: OutboxStatus::accepting, without the cost of the rest.
  virtual bool accepting() const = 0;
};

}  // namespace bridge
