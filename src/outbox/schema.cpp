#include "schema.h"

#include <fcntl.h>

#include <algorithm>
#include <array>

#include "big_endian.h"
#include "file_access.h"
#include "stored_record.h"

namespace bridge {
namespace {

// The order of the statements gives the tables the same root pages in every database, also after VACUUM: the
// repair relies on it. SQLite reads the columns before `payload` without its overflow pages.
constexpr std::array<const char*, 6> schema = {
    "CREATE TABLE meta(number INTEGER PRIMARY KEY, checksum INTEGER, value INTEGER)",
    "CREATE TABLE subscriptions(number INTEGER PRIMARY KEY, checksum INTEGER, topic_filter TEXT, qos "
    "INTEGER)",
    "CREATE TABLE answers(sequence INTEGER PRIMARY KEY, checksum INTEGER, answered_at INTEGER, key TEXT, "
    "fingerprint INTEGER, id TEXT)",
    "CREATE TABLE dead_letters(sequence INTEGER PRIMARY KEY, checksum INTEGER, size INTEGER, oldest INTEGER, "
    "stored_at INTEGER, expires_at INTEGER, reason_code INTEGER, refused_at INTEGER, id TEXT, key TEXT, "
    "fingerprint INTEGER, qos INTEGER, retain INTEGER, topic_name TEXT, payload_format_indicator INTEGER, "
    "message_expiry_interval INTEGER, content_type TEXT, response_topic TEXT, correlation_data BLOB, "
    "user_properties BLOB, payload BLOB)",
    "CREATE TABLE messages(sequence INTEGER PRIMARY KEY, checksum INTEGER, size INTEGER, oldest INTEGER, "
    "stored_at INTEGER, expires_at INTEGER, reason_code INTEGER, refused_at INTEGER, id TEXT, key TEXT, "
    "fingerprint INTEGER, qos INTEGER, retain INTEGER, topic_name TEXT, payload_format_indicator INTEGER, "
    "message_expiry_interval INTEGER, content_type TEXT, response_topic TEXT, correlation_data BLOB, "
    "user_properties BLOB, payload BLOB)",
    "CREATE INDEX messages_by_expiry ON messages(expires_at) WHERE expires_at IS NOT NULL"};

constexpr std::int64_t largest_thorough = 65536;  // pages; checking more would delay the start noticeably

[[noreturn]] void damaged(const std::string& what) { throw DatabaseError(SQLITE_CORRUPT, what); }

/// @return true if the bytes of the header that never change (sqlite.org/fileformat2.html, 1.3) are ours. One
///   flipped bit in them can make SQLite take the file for read-only, or refuse it with an SQLITE_ERROR.
bool is_own_header(std::string_view header) {
  using namespace std::string_view_literals;
  return header.size() == header_bytes &&
         header.starts_with("SQLite format 3\0\x10\0\x02\x02\0\x40\x20\x20"sv) &&
         big_endian_32(header, 44) == 4 && big_endian_32(header, 52) == 0 && big_endian_32(header, 56) == 1 &&
         header.substr(64, 28) == std::string(28, '\0');
}

std::optional<std::int64_t> number_in_meta(const Database& database, StoredNumber::Name name) {
  Statement select(database, "SELECT number, checksum, value FROM meta WHERE number = ?");
  if (!select.bind(1, name).step()) return std::nullopt;
  const auto number = number_from(select);
  return number ? std::optional(number->value) : std::nullopt;
}

/// A flipped bit in the header must not pass for a later version: header and `meta` have to say so.
void check_version(Database& database) {
  const std::int64_t version = database.integer("PRAGMA user_version");
  if (version == schema_version) return;
  if (version > schema_version && number_in_meta(database, StoredNumber::version) == version)
    throw NewerSchema(version);
  damaged("its schema has no known version");
}

/// Numbers are given out in order: a row above the last one means that a write of `meta` was lost.
void check_last_sequence(const Database& database) {
  const auto last = number_in_meta(database, StoredNumber::last_sequence);
  if (!last) damaged("its last sequence");
  Statement stored(database,
                   "SELECT max(coalesce((SELECT max(sequence) FROM messages), 0), "
                   "coalesce((SELECT max(sequence) FROM dead_letters), 0), "
                   "coalesce((SELECT max(sequence) FROM answers), 0))");
  if (stored.step() && stored.integer(0) > *last) damaged("its last sequence is behind what it holds");
}

}  // namespace

Statement insert_into(const Database& database, const std::string& table, const char* verb) {
  const std::string begin = "CREATE TABLE " + table + "(";
  const auto* const created = std::find_if(schema.begin(), schema.end(),
                                           [&](std::string_view sql) { return sql.starts_with(begin); });
  const std::string_view columns = *created;
  std::string values = "?";
  for (auto commas = std::count(columns.begin(), columns.end(), ','); commas > 0; --commas) values += ",?";
  return {database, (verb + (" INTO " + table) + " VALUES(" + values + ")").c_str()};
}

void check_schema(const Database& database) {
  std::size_t found = 0;
  constexpr std::int64_t first_root = 2;
  Statement select(database, "SELECT sql, rootpage FROM sqlite_schema ORDER BY rowid");
  while (select.step()) {
    if (found == schema.size() || select.bytes(0) != std::string_view(schema[found]) ||
        select.integer(1) != first_root + static_cast<std::int64_t>(found))
      damaged("its schema");
    ++found;
  }
  if (found != schema.size()) damaged("its schema is not complete");
}

NewerSchema::NewerSchema(std::int64_t version)
    : std::runtime_error("it has schema version " + std::to_string(version) + ", and this program knows " +
                         std::to_string(schema_version) + "; it is left as it is") {}

Database make_database(const std::filesystem::path& file) {
  const FileAccess made(
      file, O_RDWR | O_CREAT | O_EXCL);  // for this user only; SQLite makes the -wal file with the same mode
  Database database(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  database.execute(
      "PRAGMA locking_mode=EXCLUSIVE; PRAGMA page_size=4096; PRAGMA auto_vacuum=NONE; PRAGMA "
      "encoding='UTF-8';"
      "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF");
  const Transaction transaction(database);
  for (const char* sql : schema) database.execute(sql);
  database.execute(("PRAGMA user_version=" + std::to_string(schema_version)).c_str());
  Statement insert = insert_into(database, "meta");
  for (const StoredNumber number :
       {StoredNumber{StoredNumber::version, schema_version}, StoredNumber{StoredNumber::last_sequence, 0},
        StoredNumber{StoredNumber::probe, 0}}) {
    run_with(insert, number);
  }
  database.execute("COMMIT");
  return database;
}

void finish_database(Database database, const std::filesystem::path& file) {
  database.execute("PRAGMA synchronous=FULL; PRAGMA journal_mode=WAL");
  { const Database closed = std::move(database); }
  flush_file(file);
}

Database open_database(const std::filesystem::path& file) {
  Database database(file, SQLITE_OPEN_READWRITE);
  database.leave_wal_when_closed(true);  // a file that is damaged stays as it is
  sqlite3_db_config(database.handle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  // Exclusive before the -wal file is first touched: its index is then in memory, and no mapped file can
  // fail under us. No spilling: only a commit writes, so that rolled back changes have never been written.
  database.execute(
      "PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
      "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; PRAGMA cache_size=-1024; PRAGMA cache_spill=OFF;"
      "PRAGMA journal_size_limit=16777216; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON");
  database.leave_wal_when_closed(false);
  return database;
}

bool has_own_header(const std::filesystem::path& file) {
  return is_own_header(FileAccess(file, O_RDONLY).read(0, header_bytes));
}

void check_database(Database& database, Check check) {
  check_version(database);
  check_schema(database);
  if (number_in_meta(database, StoredNumber::version) != schema_version) damaged("its version");
  check_last_sequence(database);
  if (check == Check::quick || database.integer("PRAGMA page_count") > largest_thorough) return;
  const std::string found = database.text("PRAGMA quick_check(1)");
  if (found != "ok") damaged(found);
}

}  // namespace bridge
