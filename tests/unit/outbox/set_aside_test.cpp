// A database that is damaged as a whole is repaired, and a copy of it is set aside.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "failing_vfs.h"
#include "outbox_fixture.h"
#include "schema.h"
#include "tables.h"

namespace bridge {
namespace {

namespace fs = std::filesystem;

class SetAsideTest : public OutboxFixture {
 protected:
  void TearDown() override {
    disk_faults().clear();
    OutboxFixture::TearDown();
  }
  void write(const std::string& name, const std::string& bytes) const {
    fs::create_directories(directory);
    std::ofstream(directory / name, std::ios::binary | std::ios::trunc) << bytes;
  }
  std::string read(const std::string& name) const {
    std::ifstream file(directory / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// The ends of the copies' names.
  std::set<std::string> copies() const {
    const std::string beginning = "outbox.db.damaged-";
    std::set<std::string> names;
    for (const auto& file : fs::directory_iterator(directory))
      if (const std::string name = file.path().filename(); name.starts_with(beginning))
        names.insert(name.substr(beginning.size()));
    return names;
  }
};

TEST_F(SetAsideTest, KeepsTheNewestThree) {
  for (const char* name :
       {"20200101T000000Z.2", "20200101T000000Z.10", "20200101T000000Z.10-wal", "20200101T000000Z",
        "20190101T000000Z-wal", "20200102T000000Z", "20200101T000000Z-looked-at"})
    write("outbox.db.damaged-" + std::string(name), "x");
  write("outbox.db", "rubbish");
  open();
  std::set<std::string> kept = copies();
  for (const char* name :
       {"20200101T000000Z.10", "20200101T000000Z.10-wal", "20200102T000000Z", "20200101T000000Z-looked-at"})
    EXPECT_EQ(kept.erase(name), 1U) << name;
  EXPECT_EQ(kept.size(), 1U) << "the new one";
}

TEST_F(SetAsideTest, GoesOnWhereverItWasKilled) {
  open();
  for (const char* id : {"a", "b"}) append(record(id));
  const std::string wal = read("outbox.db-wal");
  close();
  const std::string damaged = read("outbox.db").replace(0, 16, 16, '?');
  ASSERT_FALSE(wal.empty());
  write("outbox.db", damaged);
  open();
  close();
  const std::string repaired = read("outbox.db");
  const std::string half = repaired.substr(0, repaired.size() / 2);
  const std::string aside = "outbox.db.damaged-20260102T030405Z";
  using Files = std::map<std::string, std::string>;
  const Files kills[] = {
      {{"outbox.db", damaged}, {"outbox.db.new", half}, {"outbox.db.new-wal", wal}},
      {{"outbox.db", damaged}, {"outbox.db.copy", damaged}, {"outbox.db.copy-wal", "rest"}},
      {{"outbox.db", damaged}, {"outbox.db.new", repaired}},
      {{"outbox.db", damaged}, {"outbox.db-wal", "rest"}, {"outbox.db.repaired", repaired}},
      {{"outbox.db", damaged}, {aside + "-wal", "rest"}, {"outbox.db.repaired", repaired}},
      {{aside, damaged}, {aside + "-wal", "rest"}, {"outbox.db.repaired", repaired}},
      {{aside, damaged}, {aside + "-wal", "rest"}, {"outbox.db", repaired}}};
  for (const Files& files : kills) {
    SCOPED_TRACE(files.begin()->first + ", " + files.rbegin()->first);
    close();
    fs::remove_all(directory);
    for (const auto& [name, bytes] : files) write(name, bytes);
    open();
    EXPECT_EQ(waiting_ids(), (Strings{"a", "b"})) << logger.all();
    EXPECT_FALSE(copies().empty());
    for (const auto& file : fs::directory_iterator(directory)) {
      const std::string name = file.path().filename();
      EXPECT_TRUE(name == "lock" || name == "outbox.db" || name == "outbox.db-wal" ||
                  name.starts_with("outbox.db.damaged-"))
          << name;
    }
  }
}

TEST_F(SetAsideTest, SetsNothingAsideWhereTheDiskDoesNotTakeTheNewOne) {
  open();
  append(record("a"));
  close();
  write("outbox.db", read("outbox.db").replace(0, 16, 16, '?'));
  const std::string damaged = read("outbox.db");
  disk_faults().write = SQLITE_FULL;
  open();
  EXPECT_FALSE(outbox->accepting());
  EXPECT_EQ(read("outbox.db"), damaged);
  EXPECT_TRUE(copies().empty());
  disk_faults().clear();
  EXPECT_TRUE(eventually([this] { return outbox->accepting(); })) << logger.all();
  EXPECT_EQ(waiting_ids(), Strings{"a"});
}

TEST_F(SetAsideTest, StartsWithAnyByteOfTheHeaderDamaged) {
  open();
  append(record("a"));
  close();
  const std::string sound = read("outbox.db");
  for (std::size_t at = 0; at < 100; ++at) {
    std::string damaged = sound;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    fs::remove_all(directory);
    write("outbox.db", damaged);
    open();
    ASSERT_EQ(waiting_ids(), Strings{"a"}) << "byte " << at << "\n" << logger.all();
  }
}

TEST_F(SetAsideTest, KnowsARequestByItsMessageWhereItsAnswerIsLost) {
  open();
  auto with_key = record("a");
  with_key.token = IdempotencyToken{"key", 7};
  append(with_key);
  close();
  constexpr std::size_t page = 4096;
  constexpr std::size_t answers = 3 * page;  // the root of their table
  write("outbox.db", read("outbox.db").replace(answers, page, page, '\0'));
  open();
  EXPECT_EQ(waiting_ids(), Strings{"a"}) << logger.all();
  ASSERT_EQ(outbox->remembered_responses().value().size(), 1U);
  EXPECT_EQ((*outbox->remembered_responses())[0].token, (IdempotencyToken{"key", 7}));
  EXPECT_EQ((*outbox->remembered_responses())[0].id, "a");
}

TEST_F(SetAsideTest, RepairsALastSequenceThatIsBehindWhatIsStored) {
  open();
  for (const char* id : {"a", "b", "c"}) append(record(id));
  close();
  {
    const Database opened = open_database(directory / "outbox.db");
    Tables(opened).write({StoredNumber::last_sequence, 0});  // as a write that the disk has lost leaves it
  }
  open();
  EXPECT_TRUE(eventually([this] { return append(record("new")).status == AppendStatus::stored; }))
      << logger.all();
  EXPECT_EQ(waiting_ids(), (Strings{"a", "b", "c", "new"}));
  EXPECT_EQ(logger.count("is set aside as"), 1U);
}

}  // namespace
}  // namespace bridge
