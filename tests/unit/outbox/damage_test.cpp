// Files that are cut, and files with flipped bits: the outbox starts every time, keeps all rows that SQLite
// still reads, and tells which messages are missing.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <random>

#include "outbox_fixture.h"

namespace bridge {
namespace {

namespace fs = std::filesystem;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t stride = 61;
constexpr int flips = 60;
#else
constexpr std::size_t stride = 1;
constexpr int flips = 250;
#endif
/// A start takes some milliseconds: the outbox is started on every sixteenth cut, from a random one on,
/// unless all are asked for.
constexpr std::size_t started_on = 16;

bool every_byte() { return std::getenv("BRIDGE_EVERY_BYTE") != nullptr; }

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_file(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

class DamageTest : public OutboxFixture {
 protected:
  void fill(int messages, std::size_t size) {
    open();
    for (int i = 0; i < messages; ++i) {
      const auto one = record("id-" + std::to_string(i), std::string(size, static_cast<char>('a' + i % 26)));
      const Appended appended = append(one);
      ASSERT_EQ(appended.status, AppendStatus::stored);
      waiting[appended.sequence] = one;
    }
  }
  void settle_first(int count) {
    std::vector<Sequence> sequences;
    for (int i = 0; i < count; ++i) {
      sequences.push_back(waiting.begin()->first);
      waiting.erase(waiting.begin());
    }
    settle(sequences);
  }
  /// Reads the files while the outbox is open, as a kill would leave them.
  void keep_files() {
    database = read_file(directory / "outbox.db");
    wal = fs::exists(directory / "outbox.db-wal") ? read_file(directory / "outbox.db-wal") : "";
    lock = read_file(directory / "lock");
  }
  void start_on(const std::string& database_bytes, const std::string& wal_bytes) {
    close();
    fs::remove_all(directory);
    fs::create_directories(directory);
    write_file(directory / "lock", lock);
    write_file(directory / "outbox.db", database_bytes);
    if (!wal_bytes.empty()) write_file(directory / "outbox.db-wal", wal_bytes);
    logger.clear();
    open();
  }
  /// @return true if the log says that the message with this number may be lost.
  bool is_named(Sequence sequence) const {
    std::istringstream lines(logger.all());
    for (std::string line; std::getline(lines, line);) {
      unsigned long long first = 0, last = 0;
      if (std::sscanf(line.c_str(), "Messages %llu to %llu are missing", &first, &last) == 2 ||
          std::sscanf(line.c_str(), "The stored message number %llu", &first) == 1 ||
          std::sscanf(line.c_str(), "Message %llu is missing", &first) == 1) {
        if (first <= sequence && sequence <= std::max(first, last)) return true;
      }
    }
    return false;
  }
  /// @return how many of the messages that waited are gone.
  std::size_t check_what_is_left() {
    const Fetched fetched = fetch(0, 100000);
    EXPECT_TRUE(fetched.at_end && !fetched.failed);
    std::size_t found = 0;
    Sequence before = 0;
    for (const OutboxEntry& entry : fetched.entries) {
      EXPECT_GT(entry.sequence, before);
      before = entry.sequence;
      const auto expected = waiting.find(entry.sequence);
      if (expected == waiting.end()) {
        ADD_FAILURE() << "number " << entry.sequence << " was settled or never there";
        continue;
      }
      EXPECT_EQ(entry.id, expected->second.id);
      EXPECT_EQ(entry.message, expected->second.message);
      ++found;
    }
    if (found < waiting.size()) check_that_losses_are_named(fetched.entries);
    EXPECT_TRUE(outbox->accepting());
    return waiting.size() - found;
  }
  void check_that_losses_are_named(const std::vector<OutboxEntry>& entries) {
    std::map<Sequence, OutboxRecord> missing = waiting;
    for (const OutboxEntry& entry : entries) missing.erase(entry.sequence);
    for (const auto& [sequence, lost] : missing)
      EXPECT_TRUE(is_named(sequence)) << "number " << sequence << "\n" << logger.all();
  }

  std::map<Sequence, OutboxRecord> waiting;
  std::string database, wal, lock;
};

TEST_F(DamageTest, LosesNothingButWhatIsCutOffTheDatabase) {
  fill(40, 300);
  settle_first(3);
  close();
  keep_files();
  ASSERT_TRUE(wal.empty());
  std::size_t lost = 0;
  for (std::size_t cut = 1 + seed() % started_on; cut <= 4096;
       cut += every_byte() ? 1 : std::max(stride, started_on)) {
    start_on(database.substr(0, database.size() - cut), "");
    lost += check_what_is_left();
    EXPECT_LE(check_what_is_left(), 14U) << cut;  // as many as fit on a page
    ASSERT_FALSE(HasFailure()) << "cut " << cut;
  }
  EXPECT_GT(lost, 0U);
}

/// Each message is a commit of its own here: a cut takes the newest messages, and leaves no gap.
TEST_F(DamageTest, ACommitThatTheWriteAheadLogHasNotWholeNeverHappened) {
  fill(12, 300);
  keep_files();
  ASSERT_GT(wal.size(), 8192U);
  std::size_t found_before = 12;
  for (std::size_t cut = 1 + seed() % started_on; cut <= 8192;
       cut += every_byte() ? 1 : std::max(stride, started_on)) {
    start_on(database, wal.substr(0, wal.size() - cut));
    const std::size_t found = fetch(0, 100).entries.size();
    EXPECT_LE(found, found_before);
    check_what_is_left();
    EXPECT_EQ(logger.count("is set aside as"), 0U) << logger.all();
    ASSERT_FALSE(HasFailure()) << "cut " << cut;
    found_before = found;
  }
  EXPECT_LT(found_before, 12U);
}

TEST_F(DamageTest, StartsWithAnyBitFlippedInTheDatabase) {
  fill(60, 300);
  settle_first(5);
  move_to_dead_letters(waiting.begin()->first, 0x87);
  waiting.erase(waiting.begin());
  fill(1, 20000);
  close();
  keep_files();
  std::mt19937 random(seed());
  int pages_lost = 0;
  for (int i = 0; i < flips; ++i) {
    const std::size_t at = random() % database.size();
    std::string damaged = database;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
    start_on(damaged, "");
    pages_lost += check_what_is_left() > 14 ? 1 : 0;  // more than a page holds
    ASSERT_FALSE(HasFailure()) << "seed " << seed() << " bit in byte " << at << "\n" << logger.all();
  }
  EXPECT_LE(pages_lost, flips / 20) << "only a bit in the pages above the leaves costs more than one leaf";
}

TEST_F(DamageTest, StartsWithAnyBitFlippedInTheWriteAheadLog) {
  fill(20, 300);
  settle_first(4);
  fill(1, 20000);
  keep_files();
  std::mt19937 random(seed());
  for (int i = 0; i < flips; ++i) {
    const std::size_t at = random() % wal.size();
    std::string damaged = wal;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
    start_on(database, damaged);
    check_what_is_left();
    ASSERT_FALSE(HasFailure()) << "seed " << seed() << " bit in byte " << at << "\n" << logger.all();
  }
}

TEST_F(DamageTest, StartsOnRubbishAndSetsItAside) {
  for (const std::string& rubbish : {std::string(), std::string("rubbish"), std::string(8192, '\0'),
                                     std::string(100000, '\x0D'), std::string("SQLite format 3\0", 16)}) {
    start_on(rubbish, rubbish);
    EXPECT_EQ(append(record("a")).status, AppendStatus::stored);
    EXPECT_EQ(waiting_ids(), Strings{"a"});
    EXPECT_EQ(logger.count("is set aside as"), 1U) << logger.all();
    std::size_t aside = 0;
    for (const auto& file : fs::directory_iterator(directory))
      aside += file.path().filename().string().starts_with("outbox.db.damaged-") ? 1 : 0;
    EXPECT_GE(aside, 1U);
  }
}

TEST_F(DamageTest, SavesDeadLettersAnswersAndSubscriptionsToo) {
  open();
  auto with_key = record("dead");
  with_key.token = IdempotencyToken{"key", 7};
  move_to_dead_letters(append(with_key).sequence, 0x87);
  append(record("waits", std::string(50000, 'x')));
  const std::vector<SubscriptionChange> changes = {{"a/#", QoS::at_least_once}, {"b", std::nullopt}};
  save(changes);
  close();
  keep_files();
  database.replace(0, 16, 16, '?');  // no SQLite file any more
  start_on(database, "");
  EXPECT_EQ(waiting_ids(), Strings{"waits"});
  EXPECT_EQ(fetch().entries.at(0).message.payload, std::string(50000, 'x'));
  EXPECT_EQ(dead_letters().value().at(0).reason_code, 0x87);
  EXPECT_EQ(outbox->subscription_changes(), changes);
  ASSERT_EQ(outbox->remembered_responses()->size(), 1U);
  EXPECT_EQ((*outbox->remembered_responses())[0].token.key, "key");
}

TEST_F(DamageTest, NeverHandsOutARecordThatIsNotWhatWasWritten) {
  fill(3, 300);
  close();
  keep_files();
  database[database.find("bbbbbb")] = 'B';
  start_on(database, "");
  const Fetched fetched = fetch();
  EXPECT_EQ(fetched.entries.size(), 2U);
  EXPECT_EQ(fetched.dropped, 1U);
  EXPECT_EQ(counters.outbox_damaged.value(), 1U);
  EXPECT_EQ(logger.count("with the id id-1 is damaged"), 1U) << logger.all();
}

TEST_F(DamageTest, NeverGivesOutAgainANumberThatTheWriteAheadLogHasLost) {
  fill(5, 300);
  keep_files();
  start_on(database, wal.substr(0, wal.size() / 2));
  EXPECT_GT(check_what_is_left(), 0U);
  EXPECT_EQ(append(record("new")).sequence, 6U);
}

TEST_F(DamageTest, TellsNothingWhereOnlyTheNoteOfTheLastNumberIsDamaged) {
  fill(5, 300);
  close();
  keep_files();
  for (const char* note : {"", "1", "1 99", "1 99 7", "1 18446744073709551615 0", "\xFF\xFF"}) {
    lock = note;
    start_on(database, "");
    EXPECT_EQ(check_what_is_left(), 0U);
    EXPECT_EQ(logger.count("missing"), 0U) << logger.all();
  }
}

TEST_F(DamageTest, RepairsADatabaseThatIsFoundDamagedWhileItRuns) {
  fill(700, 2000);  // more than SQLite keeps in memory
  close();
  open();
  std::fstream file(directory / "outbox.db", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(0, std::ios::end);
  const auto pages = file.tellp() / 4096;
  std::size_t damaged = 0;
  for (std::streamoff page = 8; page < pages; page += 48) {
    file.seekg(page * 4096);
    if (file.get() != 0x0D) continue;
    file.seekp(page * 4096);
    file.put(0x0C);  // no leaf for SQLite any more
    ++damaged;
  }
  file.close();
  ASSERT_GT(damaged, 5U);
  fetch(0, 100000);  // finds it
  EXPECT_TRUE(eventually([&] { return outbox->accepting() && logger.count("is set aside as") == 1; }))
      << logger.all();
  EXPECT_LE(check_what_is_left(), 2 * damaged) << "only what stood on these pages";
}

TEST_F(DamageTest, StepsOverAMessageWhosePayloadIsDamaged) {
  fill(3, 300);
  fill(1, 50000);
  fill(3, 300);
  close();
  keep_files();
  const std::size_t payload = database.find(std::string(4000, 'a'));
  ASSERT_NE(payload, std::string::npos);
  const std::size_t page = (payload + 4095) / 4096 * 4096;
  database.replace(page, 4, "\x7F\xFF\xFF\xFF");  // the next page of the payload: there is none
  start_on(database, "");
  EXPECT_EQ(check_what_is_left(), 1U) << logger.all();
  EXPECT_EQ(logger.count("Message 4 is missing after the repair; it may have been delivered before"), 1U)
      << logger.all();
}

TEST_F(DamageTest, EndsAlsoWhereATreeLeadsToItselfAgainAndAgain) {
  fill(60, 300);
  close();
  keep_files();
  // The root of the messages: every cell leads to the first leaf.
  constexpr std::size_t root = 5 * 4096;
  ASSERT_EQ(database[root], '\x05');
  const auto cells = static_cast<std::size_t>(database[root + 4]);
  const auto cell_at = [&](std::size_t i) {
    const auto byte = [&](std::size_t at) {
      return static_cast<std::size_t>(static_cast<unsigned char>(database[at]));
    };
    return root + byte(root + 12 + 2 * i) * 256 + byte(root + 13 + 2 * i);
  };
  const std::string first_child = database.substr(cell_at(0), 4);
  for (std::size_t i = 0; i < cells; ++i) database.replace(cell_at(i), 4, first_child);
  start_on(database, "");
  EXPECT_GT(check_what_is_left(), 0U);
}

}  // namespace
}  // namespace bridge
