#pragma once

#include <filesystem>
#include <stdexcept>

#include "bridge/core/outbox.h"
#include "file_access.h"

namespace bridge {

/// Another process has the directory.
class DirectoryInUse : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Locks a directory for one process: flock() on its file `lock`, which holds the process's number. The
/// system releases the lock when the process ends, however that happens.
///
/// The file also notes the last sequence number whose commit is flushed. SQLite ends a -wal file at the first
/// frame that is not whole, and calls it torn whether a crash or the disk made it so; a note that is ahead of
/// the database tells the two apart.
class StateLock {
 public:
  /// @throws DirectoryInUse, or std::system_error.
  explicit StateLock(const std::filesystem::path& directory);

  /// Notes the number without a flush: the note may be behind the database, but never ahead of it. A disk
  /// that fails here is ignored.
  void note_flushed(Sequence last);
  /// The number noted by this process or an earlier one; 0 if there is none.
  Sequence flushed() const { return flushed_; }

 private:
  void write() const;

  FileAccess file_;
  Sequence flushed_ = 0;
};

}  // namespace bridge
