// A small outbox, damaged as the input says, is opened, repaired and used: it starts every time, and what it
// hands out is what was written. The input is a list of changes of five bytes each: which file and what to do
// to it, where (16 bits), how much or by what (16 bits).
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "opening.h"
#include "outbox_store.h"

namespace bridge {
namespace {

namespace fs = std::filesystem;

void check(bool promise) {
  if (!promise) std::abort();
}

class NoLogger : public Logger {
 public:
  void log(LogLevel, std::string_view) noexcept override {}
  bool enabled(LogLevel) const noexcept override { return true; }
};

/// In memory, and gone at the end.
class Directory {
 public:
  Directory() : path_(fs::path("/dev/shm") / ("fuzz_repair_" + std::to_string(::getpid()))) {
    if (!fs::is_directory("/dev/shm")) path_ = fs::temp_directory_path() / path_.filename();
    clear();
  }
  ~Directory() { fs::remove_all(path_); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  const fs::path& path() const { return path_; }
  void clear() const {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  std::string read(const char* name) const {
    std::ifstream in(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const char* name, const std::string& bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
  }

 private:
  fs::path path_;
};

/// The files before they are damaged: numbers 1 to 50 are in the database, 51 to 60 in the -wal file. Every
/// seventh is a dead letter, every tenth needs more than one page.
struct Sound {
  std::string database, wal;
  std::map<Sequence, StoredRecord> records;

  explicit Sound(const Directory& directory) {
    const fs::path file = directory.path() / "outbox.db";
    finish_database(make_database(file), file);
    fill(file, 1, 50);
    database = directory.read("outbox.db");
    Database open = open_database(file);
    open.leave_wal_when_closed(true);
    fill(open, 51, 60);
    wal = directory.read("outbox.db-wal");
  }

 private:
  void fill(const fs::path& file, Sequence first, Sequence last) {
    Database database_of_file = open_database(file);
    fill(database_of_file, first, last);
  }

  void fill(Database& open, Sequence first, Sequence last) {
    Tables tables(open);
    for (Sequence sequence = first; sequence <= last; ++sequence) {
      Transaction transaction(open);
      const StoredRecord& record = records[sequence] = record_of(sequence);
      tables.insert(record);
      if (record.token) tables.insert(StoredAnswer{sequence, *record.token, record.id, record.stored_at});
      tables.write({StoredNumber::last_sequence, static_cast<std::int64_t>(sequence)});
      transaction.commit();
    }
    tables.replace_subscriptions({{"a/#", QoS::at_least_once}, {"b", std::nullopt}});
  }

  static StoredRecord record_of(Sequence sequence) {
    StoredRecord record;
    record.sequence = sequence;
    record.oldest = 1;
    record.stored_at = 1700000000000;
    record.id = "id-" + std::to_string(sequence);
    record.message = {"topic/" + record.id,
                      std::string(sequence % 10 == 0 ? 9000 : 300, 'x'),
                      QoS::at_least_once,
                      false,
                      {}};
    if (sequence % 3 == 0) record.expires_at = 1900000000000;
    if (sequence % 4 == 0) record.token = IdempotencyToken{"key " + record.id, sequence};
    if (sequence % 7 == 0) record.refusal = Refusal{0x87, 1700000000001};
    return record;
  }
};

/// One change of five bytes.
void damage(std::string& bytes, unsigned kind, std::size_t place, std::size_t value) {
  if (bytes.empty()) return;
  constexpr std::size_t page = 4096;
  const std::size_t at = place % bytes.size();
  const std::size_t pages = (bytes.size() + page - 1) / page;
  switch (kind % 6) {
    case 0:
      bytes[at] = static_cast<char>(value);
      break;
    case 1:
      bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ (1U << value % 8));
      break;
    case 2:
      bytes.resize(at);
      break;
    case 3:
      bytes.replace(at, std::min(value, bytes.size() - at), std::min(value, bytes.size() - at), '\0');
      break;
    case 4: {  // a page stands in the place of another
      const std::string other = bytes.substr(value % pages * page, page);
      bytes.replace(place % pages * page, std::min(page, other.size()), other);
      break;
    }
    default:
      bytes.append(value, '\x0D');
  }
}

void check_records(OutboxStore& store, const Sound& sound) {
  Sequence before = 0;
  for (const OutboxEntry& entry : store.fetch(0, 1000, 1800000000000, {}).entries) {
    const auto written = sound.records.find(entry.sequence);
    check(written != sound.records.end() && entry.sequence > before);
    check(written->second.message == entry.message && written->second.id == entry.id);
    before = entry.sequence;
  }
  for (const DeadLetter& letter : store.dead_letters("", 1000)) check(letter.reason_code == 0x87);
  store.answers(1800000000000);
  store.subscriptions();
  store.commit();
}

/// @return true if it was found damaged only in use.
bool use(const fs::path& directory, bool suspected, const Sound& sound) {
  NoLogger logger;
  Counters counters;
  try {
    Opened opened = open_outbox(directory, Check::thorough, suspected, logger);
    OutboxStore store(std::move(opened.database), std::nullopt, logger, counters);
    check_records(store, sound);
    OutboxRecord record{"new", Message{"t", "p", QoS::at_least_once, false, {}}, std::nullopt, std::nullopt};
    Room room{1000, 1U << 30U, 1U << 30U};
    check(store.append(record, store.last_sequence() + 1, 1800000000000, room) == AppendStatus::stored);
    store.commit();
    return false;
  } catch (const DatabaseError& error) {
    if (!error.is_damage() || suspected) throw;  // its words are shown
    return true;
  }
}

}  // namespace
}  // namespace bridge

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace bridge;
  static const Directory directory;
  static const Sound sound(directory);
  std::string database = sound.database, wal = sound.wal;
  constexpr std::size_t most_changes = 64;
  for (std::size_t at = 0; at + 5 <= std::min(size, 5 * most_changes); at += 5) {
    const unsigned kind = data[at];
    damage((kind & 0x80U) == 0 ? database : wal, kind & 0x7FU, data[at + 1] * 256U + data[at + 2],
           data[at + 3] * 256U + data[at + 4]);
  }
  directory.clear();
  directory.write("outbox.db", database);
  if (!wal.empty()) directory.write("outbox.db-wal", wal);
  if (use(directory.path(), false, sound)) use(directory.path(), true, sound);
  return 0;
}
