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

/// One process at a time has a directory: flock() on its file `lock`, with the process's number in it. The
/// system gives it up with the process, however that ends.
///
/// The file also notes the last sequence number whose commit is flushed. SQLite ends a -wal file at the first
/// frame that is not whole, and calls it torn whether a crash or the disk made it so; a note that is ahead of
/// the database tells the two apart.
class StateLock {
 public:
  /// @throws DirectoryInUse, or std::system_error.
  explicit StateLock(const std::filesystem::path& directory);

  /// Not flushed itself: the note may be behind the database, and never is ahead of it. A disk that does not
  /// take it is no reason against anything.
  void note_flushed(Sequence last);
  /// As noted by this process or an earlier one; 0 if nothing is.
  Sequence flushed() const { return flushed_; }

 private:
  void write() const;

  FileAccess file_;
  Sequence flushed_ = 0;
};

}  // namespace bridge
