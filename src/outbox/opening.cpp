#include "opening.h"

#include <fcntl.h>

#include "replacing.h"
#include "wal_tail.h"

namespace bridge {
namespace {

namespace fs = std::filesystem;

void make_outbox(const fs::path& directory) {
  const fs::path fresh = directory / "outbox.db.new";
  fs::remove(fresh);
  finish_database(make_database(fresh), fresh);
  fs::rename(fresh, directory / "outbox.db");
  flush_directory(directory);
}

/// @throws DatabaseError with damage if it is damaged.
Opened open_sound(const fs::path& directory, Check check, Logger& logger) {
  const fs::path file = directory / "outbox.db";
  const FileAccess wal(directory / "outbox.db-wal", O_RDONLY);
  const WalContents contents = read_wal(wal);
  if (!fs::exists(file)) throw DatabaseError(SQLITE_CORRUPT, "there is only its -wal file");
  if (contents.is_damaged()) throw DatabaseError(SQLITE_CORRUPT, "its -wal file is damaged");
  const std::string header = read_database_header(file);
  const WalTail tail(FileAccess(file, O_RDONLY), wal, contents);
  Database database = open_database(file);
  try {
    check_database(database, header, check);
  } catch (...) {
    database.leave_wal_when_closed();
    throw;
  }
  const bool is_mended = tail.take_up(database, check == Check::thorough, logger);
  return {std::move(database), is_mended};
}

}  // namespace

Opened open_outbox(const fs::path& directory, Check check, bool suspected, Logger& logger) {
  finish_replacing(directory);
  const fs::path file = directory / "outbox.db";
  if (!fs::exists(file) && !fs::exists(directory / "outbox.db-wal")) make_outbox(directory);
  std::string why = "SQLite found it so";
  if (!suspected) try {
      return open_sound(directory, check, logger);
    } catch (const DatabaseError& error) {
      if (!error.is_damage()) throw;
      why = error.what();
    }
  replace_damaged(directory, why, logger);
  return {open_database(file), true};
}

}  // namespace bridge
