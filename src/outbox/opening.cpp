#include "opening.h"

#include "file_access.h"
#include "repair.h"

namespace bridge {
namespace {

namespace fs = std::filesystem;

void make_outbox(const fs::path& directory) {
  const fs::path fresh = directory / "outbox.db.new";
  finish_database(make_database(fresh), fresh);
  fs::rename(fresh, directory / "outbox.db");
  flush_directory(directory);
}

/// @throws NewerSchema if SQLite can read the file well enough to see that.
[[noreturn]] void refuse_header(const fs::path& file, Check check) {
  try {
    Database database = open_database(file);
    database.leave_wal_when_closed(true);
    check_database(database, check);
  } catch (const DatabaseError& error) {
    if (error.is_from_disk()) throw;
    // a header that is not ours explains whatever SQLite says
  }
  throw DatabaseError(SQLITE_CORRUPT, "its header");
}

/// @throws DatabaseError with damage if it is damaged.
Database open_sound(const fs::path& file, Check check) {
  if (!fs::exists(file)) throw DatabaseError(SQLITE_CORRUPT, "there is only its -wal file");
  if (!has_own_header(file)) refuse_header(file, check);
  Database database = open_database(file);
  try {
    check_database(database, check);
  } catch (...) {
    database.leave_wal_when_closed(true);
    throw;
  }
  return database;
}

}  // namespace

Opened open_outbox(const fs::path& directory, Check check, bool suspected, Logger& logger) {
  finish_repair(directory);
  const fs::path file = directory / "outbox.db";
  if (!fs::exists(file) && !fs::exists(directory / "outbox.db-wal")) make_outbox(directory);
  std::string why = "SQLite found it so";
  if (!suspected) try {
      return {open_sound(file, check), false};
    } catch (const DatabaseError& error) {
      if (!error.is_damage()) throw;
      why = error.what();
    }
  repair(directory, why, logger);
  return {open_database(file), true};
}

}  // namespace bridge
