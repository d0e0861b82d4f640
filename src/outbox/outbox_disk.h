#pragma once

#include <filesystem>
#include <memory>

#include "outbox_store.h"
#include "schema.h"
#include "state_lock.h"
#include "wal_file.h"

namespace bridge {

/// The directory with the database: opens it as far as its disk allows, and undoes what a commit that failed
/// has left behind.
class OutboxDisk {
 public:
  OutboxDisk(std::filesystem::path directory, Logger& logger, Counters& counters);
  ~OutboxDisk();
  OutboxDisk(const OutboxDisk&) = delete;
  OutboxDisk& operator=(const OutboxDisk&) = delete;

  /// Locks, opens, checks and if need be mends. @throws DirectoryInUse, NewerSchema, DatabaseError,
  /// std::system_error; the next call tries again.
  void open();
  /// Null while it is not open.
  OutboxStore* store() { return store_.get(); }
  void commit();
  /// Moves what the -wal file holds to its place, if that is much, or much for the room that is left. Nothing
  /// that is committed hangs on it.
  void tidy();
  /// Does it whatever it holds, as far as there is room: the file can then be used from its beginning.
  void empty_wal();

  enum class Undone { gone, maybe_not };
  /// After a commit that failed: makes sure that a start after a crash would find none of the messages from
  /// `first` to `last`. Opens anew, if that can be.
  Undone undo(Sequence first, Sequence last);
  /// Whether what is stored has been counted, if there is anything.
  bool is_known() const;
  /// The next open() takes the database for damaged.
  void suspect() { suspected_ = true; }
  /// Bytes that may still be written, with those that are free within the database, without those that
  /// the -wal file needs to be emptied and to be used again; empty if it is unknown.
  std::optional<std::uint64_t> free_bytes();

 private:
  void close_as_it_is();
  void remember_end();
  void shrink();

  std::filesystem::path directory_, file_, wal_;
  Logger& logger_;
  Counters& counters_;
  std::optional<StateLock> lock_;
  std::unique_ptr<OutboxStore> store_;
  std::optional<Totals> known_;
  WalMark mark_;
  bool tidy_ = true;
  bool checked_ = false;
  bool suspected_ = false;
};

}  // namespace bridge
