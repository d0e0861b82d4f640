#pragma once

#include <filesystem>
#include <memory>

#include "outbox_store.h"
#include "schema.h"
#include "state_lock.h"

namespace bridge {

/// Keeps the directory with the database open as far as its disk allows, and keeps a failed commit from being
/// read later as one that succeeded.
class OutboxDisk {
 public:
  OutboxDisk(std::filesystem::path directory, Logger& logger, Counters& counters);
  ~OutboxDisk();
  OutboxDisk(const OutboxDisk&) = delete;
  OutboxDisk& operator=(const OutboxDisk&) = delete;

  /// Locks, opens, checks and if need be repairs. @throws DirectoryInUse, NewerSchema, DatabaseError,
  /// std::system_error; the next call tries again.
  void open();
  /// Null while it is not open.
  OutboxStore* store() { return store_.get(); }
  void commit();
  /// The last sequence number that was given out and flushed. If the database ends before it, logs which
  /// messages are missing.
  Sequence last_sequence();
  /// Copies the -wal file into the database if it is large, or large for the room that is left. Committed
  /// rows are safe without it.
  void tidy();
  /// Copies the -wal file whatever its size, as far as there is room: SQLite then uses the file from its
  /// beginning.
  void empty_wal();

  /// @return true if a checkpoint has written anew all that open() found in the -wal file. Before that no
  ///   commit may be promised: after a flush that failed, the kernel shows pages that the disk never got and
  ///   never will.
  bool is_flushed() const { return is_flushed_; }

  /// Rolls the transaction back, and opens the database anew if needed. Called after each failure.
  void recover_from(const std::exception& error);
  /// @return true if the stored messages have been counted, or there is no database.
  bool is_known() const;
  /// Has the next open() take the database for damaged.
  void suspect() { suspected_ = true; }
  /// Bytes that may still be written: free space of the disk and within the database, less what the -wal
  /// file needs to be emptied and used again. Empty if it is unknown.
  std::optional<std::uint64_t> free_bytes();

 private:
  void close_as_it_is();
  void shrink();

  std::filesystem::path directory_, file_, wal_;
  Logger& logger_;
  Counters& counters_;
  std::optional<StateLock> lock_;
  std::unique_ptr<OutboxStore> store_;
  std::optional<Totals> known_;
  bool tidy_ = true;
  bool checked_ = false;
  bool suspected_ = false;
  bool is_flushed_ = false;
  bool recount_ = false;        // at the next open(): a commit failed that may be there all the same
  Sequence missing_up_to_ = 0;  // as it was logged
  int failures_ = 0;            // since something was last written
};

}  // namespace bridge
