// Repairs a damaged database. SQLite reads it; no page and no frame is interpreted here.
//
// 1. SQLite opens the damaged files for reading. Its own recovery decides which commits of the -wal file
//    count: one that it calls torn never happened. If the first page cannot be that of an outbox, a copy of
//    the files is opened instead, with the first page of a new database: it is the same in all of them but
//    for some counters.
// 2. Each table is read from its first row upwards, row by row, until SQLite meets damage, then from its last
//    row downwards. The range between is halved, and each half is read from both ends again, the smallest
//    range first, down to the single numbers that cannot be read (damaged_table.h). A row counts if its
//    checksum holds.
// 3. The rows go into a new database, `outbox.db.new`. Rows that contradict others are then removed: a
//    message that is a dead letter too, one that had left before, as another row says, an answer whose
//    message may be missing (it would keep its sender from sending it again).
// 4. The new database is flushed and becomes `outbox.db.repaired`: the old one is not read again.
// 5. The old files are renamed to `outbox.db.damaged-<time>`, the -wal file first: left behind, it would be
//    applied to the new database. Then the new one is renamed to `outbox.db`. The directory is flushed in
//    between, so that no crash shows these steps in another order. The newest three copies are kept.
// 6. The log tells how many rows were saved, which rows were damaged, and which numbers are missing.
//
// A kill before the end of 4 leaves the damaged files as they were: the next start begins anew. A kill after
// it leaves `outbox.db.repaired`: the next start goes on with 5. Reading ends after as many bytes as a
// sound file of that size can hold, since a damaged tree may lead to one page from many places.
#include "repair.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <set>
#include <tuple>

#include "big_endian.h"
#include "damaged_table.h"
#include "file_access.h"
#include "schema.h"
#include "stored_record.h"

namespace bridge {
namespace {

namespace fs = std::filesystem;

constexpr int largest_column = 300'000'000;  // bytes: more than any payload (MQTT 5.0, 2.1.4)
constexpr std::size_t most_lines = 20;       // in the log, of one kind

// Reading (1 and 2)

fs::path wal_of(const fs::path& file) { return file.string() + "-wal"; }

/// Opens a damaged database for reading: nothing in the files is changed.
Database open_damaged(const fs::path& file) {
  Database database(file, SQLITE_OPEN_READWRITE);  // an exclusive lock wants a file that can be written
  database.leave_wal_when_closed(true);
  sqlite3_limit(database.handle(), SQLITE_LIMIT_LENGTH, largest_column);
  // With writable_schema SQLite reads a file that is shorter than its header says.
  database.execute(
      "PRAGMA writable_schema=ON; PRAGMA locking_mode=EXCLUSIVE; PRAGMA query_only=ON;"
      "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA cache_size=-1024");
  check_schema(database);
  return database;
}

std::optional<Database> open_if_readable(const fs::path& file) {
  try {
    return open_damaged(file);
  } catch (const DatabaseError& error) {
    if (!error.is_damage()) throw;
    return std::nullopt;
  }
}

/// @return true if SQLite would not read all pages of the file: it believes the header's number of pages if
///   two of the header's counters agree.
bool hides_pages(const fs::path& file) {
  const std::string header = FileAccess(file, O_RDONLY).read(0, header_bytes);
  return big_endian_32(header, 24) == big_endian_32(header, 92) &&
         big_endian_32(header, 28) < fs::file_size(file) / page_bytes;
}

/// Opens a copy that has the first page of `fresh`, a sound, empty database. Its counters are made to
/// disagree, so that SQLite reads all pages of the file.
std::optional<Database> open_with_first_page_of(const fs::path& fresh, const fs::path& file,
                                                const fs::path& copy) {
  using namespace std::string_view_literals;
  fs::copy_file(file, copy, fs::copy_options::overwrite_existing);
  if (fs::exists(wal_of(file)))
    fs::copy_file(wal_of(file), wal_of(copy), fs::copy_options::overwrite_existing);
  std::string page = FileAccess(fresh, O_RDONLY).read(0, page_bytes);
  page.replace(18, 2, "\2\2"sv).replace(24, 4, "\0\0\0\0"sv).replace(92, 4, "\0\0\0\1"sv);
  if (!FileAccess(copy, O_RDWR).write(0, page))
    throw std::system_error(errno, std::generic_category(), "cannot write " + copy.filename().string());
  return open_if_readable(copy);
}

// Copying and telling (3 and 6)

/// Lines for the log, of which only the first are kept.
class Lines {
 public:
  void add(const std::string& line) {
    if (++count_ <= most_lines) lines_.push_back(line);
  }
  void tell(const char* of_what, Logger& logger) const {
    for (const std::string& line : lines_) logger.error(line);
    if (count_ > most_lines)
      logger.error("... and " + std::to_string(count_ - most_lines) + " more " + of_what);
  }

 private:
  std::vector<std::string> lines_;
  std::size_t count_ = 0;
};

/// The lines that the log will get.
struct Findings {
  std::string saved;
  Lines damaged, gaps;
  bool is_end_known = false;

  void tell(Logger& logger) const {
    logger.warn("Saved from the damaged outbox: " + saved);
    damaged.tell("such messages", logger);
    gaps.tell("such ranges", logger);
    if (!is_end_known)
      logger.error("How many messages the damaged outbox held cannot be told; more may be missing");
  }
};

/// The new database, while it is filled.
class Rescue {
 public:
  Rescue(Database& fresh, Findings& findings)
      : fresh_(fresh),
        findings_(findings),
        transaction_(fresh),
        messages_(insert_into(fresh, "messages", "INSERT OR IGNORE")),
        dead_letters_(insert_into(fresh, "dead_letters", "INSERT OR IGNORE")),
        answers_(insert_into(fresh, "answers", "INSERT OR IGNORE")),
        subscriptions_(insert_into(fresh, "subscriptions", "INSERT OR IGNORE")) {}

  /// @param size of the files, in bytes.
  void copy_from(const Database& source, std::uint64_t size) {
    constexpr std::int64_t most_numbers = 16, most_changes = 100'000;
    DamagedTable(source, "meta", "number", size).read(most_numbers, [this](const Statement& row) {
      take_number(row);
    });
    const std::int64_t last = numbers_[StoredNumber::last_sequence].value_or(0);
    const auto take_record = [this](const Statement& row) { this->take_record(row); };
    DamagedTable(source, "messages", "sequence", size).read(last, take_record);
    DamagedTable(source, "dead_letters", "sequence", size).read(last, take_record);
    DamagedTable(source, "answers", "sequence", size).read(last, [this](const Statement& row) {
      if (const auto answer = answer_from(row)) run_with(answers_, *answer);
    });
    DamagedTable(source, "subscriptions", "number", size).read(most_changes, [this](const Statement& row) {
      if (const auto change = change_from(row)) run_with(subscriptions_, *change);
    });
  }

  void finish() {
    fresh_.execute("DELETE FROM messages WHERE sequence IN (SELECT sequence FROM dead_letters)");
    const std::string had_left = std::to_string(fresh_.integer(
        "SELECT coalesce(max(min(oldest, sequence)), 1) FROM (SELECT oldest, sequence FROM messages "
        "UNION ALL SELECT oldest, sequence FROM dead_letters)"));
    fresh_.execute(("DELETE FROM messages WHERE sequence < " + had_left).c_str());
    const auto last =
        std::max(numbers_[StoredNumber::last_sequence].value_or(0),
                 fresh_.integer("SELECT max(sequence) FROM (SELECT sequence FROM messages UNION ALL "
                                "SELECT sequence FROM dead_letters UNION ALL SELECT sequence FROM answers)"));
    fresh_.execute(("DELETE FROM answers WHERE sequence >= " + had_left +
                    " AND sequence NOT IN (SELECT sequence FROM messages)"
                    " AND sequence NOT IN (SELECT sequence FROM dead_letters)")
                       .c_str());
    find_gaps({std::stoll(had_left), last});
    Statement write = insert_into(fresh_, "meta", "INSERT OR REPLACE");
    run_with(write, StoredNumber{StoredNumber::last_sequence, last});
    if (const auto shift = numbers_[StoredNumber::clock_shift])
      run_with(write, StoredNumber{StoredNumber::clock_shift, *shift});
    findings_.is_end_known = numbers_[StoredNumber::last_sequence].has_value();
    findings_.saved = count_of("messages") + " messages, " + count_of("dead_letters") + " dead letters, " +
                      count_of("answers") + " answers, " + count_of("subscriptions") +
                      " changes of subscriptions";
    transaction_.commit();
  }

 private:
  void take_number(const Statement& row) {
    const auto number = number_from(row);
    if (number && number->name > 0 && number->name < static_cast<std::int64_t>(std::size(numbers_)))
      numbers_[number->name] = number->value;
  }

  void take_record(const Statement& row) {
    const auto record = record_from(row);
    if (!record) {
      findings_.damaged.add(damage_line(row, "message"));
      return;
    }
    run_with(record->refusal ? dead_letters_ : messages_, *record);
    // its row in `answers`, which says the same, may be lost
    if (record->token)
      run_with(answers_, StoredAnswer{record->sequence, *record->token, record->id, record->stored_at});
  }

  void find_gaps(const KeyRange& expected) {
    Statement row(fresh_,
                  "SELECT sequence FROM messages UNION ALL SELECT sequence FROM dead_letters ORDER BY 1");
    std::int64_t next = expected.first;
    const auto close_gap = [&](std::int64_t end) {  // up to `end`, without it
      if (end > next)
        findings_.gaps.add(
            are_missing(static_cast<std::uint64_t>(next), static_cast<std::uint64_t>(end - 1)) +
            " after the repair; " + (end - next == 1 ? "it" : "they") + " may have been delivered before");
      next = std::max(next, end + 1);
    };
    while (row.step()) close_gap(row.integer(0).value_or(0));
    close_gap(expected.last + 1);
  }

  std::string count_of(const std::string& table) const {
    return std::to_string(fresh_.integer(("SELECT count(*) FROM " + table).c_str()));
  }

  Database& fresh_;
  Findings& findings_;
  Transaction transaction_;
  Statement messages_, dead_letters_, answers_, subscriptions_;
  std::optional<std::int64_t> numbers_[StoredNumber::clock_shift + 1];
};

// Putting in place (5)

constexpr std::string_view damaged_prefix = "outbox.db.damaged-";
constexpr std::string_view wal_suffix = "-wal";
constexpr std::size_t length_with_time = damaged_prefix.size() + std::string_view("20260102T030405Z").size();
constexpr std::size_t kept_copies = 3;

std::string time_in_a_name() {
  const std::time_t now = std::time(nullptr);
  std::tm utc = {};
  gmtime_r(&now, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &utc)};
}

fs::path name_aside(const fs::path& directory) {
  const fs::path name = directory / (std::string(damaged_prefix) + time_in_a_name());
  fs::path free = name;
  for (int i = 2; fs::exists(free) || fs::exists(wal_of(free)); ++i)
    free = name.string() + "." + std::to_string(i);
  return free;
}

/// Older ones first: by their times, then in the order of their numbers.
bool is_older(const std::string& a, const std::string& b) {
  const std::string_view time_of_a = std::string_view(a).substr(0, length_with_time);
  const std::string_view time_of_b = std::string_view(b).substr(0, length_with_time);
  return std::tuple(time_of_a, a.size(), std::string_view(a)) <
         std::tuple(time_of_b, b.size(), std::string_view(b));
}

/// @return true for a name that name_aside() made; not for a copy that a person has named after one.
bool is_name_aside(std::string_view name) {
  if (!name.starts_with(damaged_prefix) || name.size() < length_with_time) return false;
  const std::string_view number = name.substr(length_with_time);
  return number.empty() ||
         (number.starts_with('.') && number.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

/// Removes all but the newest copies: the person for whom they are kept may never come, and each is as large
/// as the outbox was.
void remove_old_copies(const fs::path& directory, const fs::path& newest) {
  std::set<std::string, decltype(&is_older)> copies(&is_older);
  std::error_code error;
  for (fs::directory_iterator file(directory, error); !error && file != fs::end(file);
       file.increment(error)) {
    std::string name = file->path().filename().string();
    if (name.ends_with(wal_suffix)) name.resize(name.size() - wal_suffix.size());
    if (is_name_aside(name) && name != newest.filename()) copies.insert(name);
  }
  for (; copies.size() + 1 > kept_copies; copies.erase(copies.begin())) {
    fs::remove(directory / *copies.begin(), error);
    fs::remove(wal_of(directory / *copies.begin()), error);
  }
}

/// @return the path of the database that was set aside.
fs::path put_in_place(const fs::path& directory) {
  const fs::path file = directory / "outbox.db";
  const fs::path aside = name_aside(directory);
  if (fs::exists(wal_of(file))) fs::rename(wal_of(file), wal_of(aside));
  if (fs::exists(file)) fs::rename(file, aside);
  flush_directory(directory);
  fs::rename(directory / "outbox.db.repaired", file);
  flush_directory(directory);
  remove_old_copies(directory, aside);
  return aside;
}

void remove_remains(const fs::path& directory) {
  for (const char* name : {"outbox.db.new", "outbox.db.new-wal", "outbox.db.copy", "outbox.db.copy-wal"})
    if (fs::exists(directory / name)) fs::remove(directory / name);
}

std::uint64_t size_of(const fs::path& file) { return fs::exists(file) ? fs::file_size(file) : 0; }

std::optional<Database> open_source(const fs::path& file, const fs::path& fresh, const fs::path& copy) {
  if (!fs::exists(file)) return std::nullopt;
  std::optional<Database> source;
  if (has_own_header(file) && !hides_pages(file)) source = open_if_readable(file);
  return source ? std::move(source) : open_with_first_page_of(fresh, file, copy);
}

/// Fills the new database `fresh` with all rows that can be read.
Findings rescue(const fs::path& directory, const fs::path& fresh) {
  Findings findings;
  Database database = make_database(fresh);
  {
    const fs::path file = directory / "outbox.db";
    Rescue rescued(database, findings);
    const auto source = open_source(file, fresh, directory / "outbox.db.copy");
    if (source) rescued.copy_from(*source, size_of(file) + size_of(wal_of(file)));
    rescued.finish();
  }
  finish_database(std::move(database), fresh);
  return findings;
}

}  // namespace

void repair(const fs::path& directory, const std::string& why, Logger& logger) {
  remove_remains(directory);
  const fs::path fresh = directory / "outbox.db.new";
  const Findings findings = rescue(directory, fresh);
  fs::rename(fresh, directory / "outbox.db.repaired");
  flush_directory(directory);
  remove_remains(directory);
  const fs::path aside = put_in_place(directory);
  logger.error("The outbox was damaged (" + why + ") and is set aside as " + aside.string());
  findings.tell(logger);
}

std::string are_missing(std::uint64_t first, std::uint64_t last) {
  if (first == last) return "Message " + std::to_string(first) + " is missing";
  return "Messages " + std::to_string(first) + " to " + std::to_string(last) + " are missing";
}

void finish_repair(const fs::path& directory) {
  if (fs::exists(directory / "outbox.db.repaired")) put_in_place(directory);
  remove_remains(directory);
}

}  // namespace bridge
