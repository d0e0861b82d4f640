#pragma once

#include <filesystem>
#include <string>

#include "database.h"

namespace bridge {

/// The schema is described in docs/outbox.md. A changed schema gets another number, and code that takes a
/// database from one to the next.
constexpr int schema_version = 1;

constexpr std::size_t page_bytes = 4096;
constexpr std::size_t header_bytes = 100;  // of the first page (sqlite.org/fileformat2.html, 1.3)

/// The database was written by a later version of the bridge: it is left as it is.
class NewerSchema : public std::runtime_error {
 public:
  explicit NewerSchema(std::int64_t version);
};

/// Makes a new, empty database without a journal, for filling; see finish_database().
Database make_database(const std::filesystem::path& file);
/// Closes a database that make_database() began, and flushes it to the disk.
void finish_database(Database database, const std::filesystem::path& file);

/// Opens a database for use; the -wal file is recovered as after a crash.
Database open_database(const std::filesystem::path& file);

/// @return true if the first bytes of the file can be those that make_database() wrote. Called before SQLite
///   opens the file: closing it here would release SQLite's locks on it (fcntl(2)).
bool has_own_header(const std::filesystem::path& file);

/// @throws DatabaseError with damage if the tables are not those of make_database().
void check_schema(const Database& database);

/// A statement that inserts a whole row, for run_with().
/// @param verb INSERT, INSERT OR IGNORE or INSERT OR REPLACE.
Statement insert_into(const Database& database, const std::string& table, const char* verb = "INSERT");

enum class Check { quick, thorough };
/// @throws DatabaseError with damage if it is not as make_database() and Tables leave it; NewerSchema.
void check_database(Database& database, Check check);

}  // namespace bridge
