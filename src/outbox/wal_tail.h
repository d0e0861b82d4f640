#pragma once

#include <filesystem>

#include "bridge/core/logger.h"
#include "salvage.h"
#include "schema.h"

namespace bridge {

/// What a commit that a crash, or a cut, has ended halfway left at the end of the -wal file. SQLite uses
/// nothing of it. Nobody was told that it failed, and part of it may have been confirmed before the file was
/// cut: so its messages are taken up.
class WalTail {
 public:
  /// Reads it before SQLite overwrites it.
  WalTail(const ByteSource& database, const ByteSource& wal, const WalContents& contents);

  /// @param tell even if there is nothing to take up
  /// @return whether messages were taken up.
  bool take_up(Database& database, bool tell, Logger& logger) const;

 private:
  std::uint64_t bytes_ = 0;
  std::vector<StoredRecord> records_;
  std::vector<StoredAnswer> answers_;
  Sequence last_sequence_ = 0;
};

}  // namespace bridge
