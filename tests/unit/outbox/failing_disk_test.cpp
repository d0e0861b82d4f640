#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "database.h"
#include "failing_vfs.h"
#include "outbox_disk.h"
#include "outbox_fixture.h"

namespace bridge {
namespace {

namespace fs = std::filesystem;

class FailingDiskTest : public OutboxFixture {
 protected:
  void SetUp() override {
    OutboxFixture::SetUp();
    disk_faults().clear();
    copy = directory.string() + "_copy";
  }
  void TearDown() override {
    disk_faults().clear();
    OutboxFixture::TearDown();
    fs::remove_all(copy);
  }
  /// The messages that a start after a kill at this moment would find.
  Strings found_after_a_crash() {
    crash();
    return found_in_the_copy();
  }
  void crash() {
    const auto still = held_still();
    crash_to(copy);
  }
  Strings found_in_the_copy() {
    SharedLogger quiet;
    Counters uncounted;
    SqliteOutbox after(copy, settings, quiet, uncounted);
    const auto fetched = answer_of<Fetched>([&](auto done) { after.fetch(0, 100000, done); });
    Strings ids;
    for (const OutboxEntry& entry : fetched.entries) ids.push_back(entry.id);
    return ids;
  }
  Strings found_with_a_whole_disk_after_a_crash() {
    crash();
    const int sync = disk_faults().sync.exchange(0), write = disk_faults().write.exchange(0);
    Strings ids = found_in_the_copy();
    disk_faults().sync = sync;
    disk_faults().write = write;
    return ids;
  }
  static Strings without(const Strings& unwanted, Strings ids) {
    std::erase_if(ids, [&](const std::string& id) {
      return std::find(unwanted.begin(), unwanted.end(), id) != unwanted.end();
    });
    return ids;
  }
  bool heals() {
    return eventually([&] { return outbox->accepting(); });
  }

  fs::path copy;
};

TEST_F(FailingDiskTest, AnswersUnknownWhereTheFlushFails) {
  open();
  append(record("before"));
  disk_faults().sync = SQLITE_IOERR_FSYNC;
  EXPECT_EQ(append(record("unknown")).status, AppendStatus::unknown);
  EXPECT_FALSE(outbox->accepting());
  EXPECT_EQ(append(record("refused")).status, AppendStatus::failed) << "it was not tried";
  EXPECT_EQ(found_with_a_whole_disk_after_a_crash(), (Strings{"before", "unknown"})) << "nor refused";
  disk_faults().clear();
  ASSERT_TRUE(heals());
  EXPECT_EQ(append(record("after")).status, AppendStatus::stored);
  EXPECT_EQ(waiting_ids(), (Strings{"before", "after"}));
  EXPECT_EQ(found_after_a_crash(), (Strings{"before", "after"}));
  EXPECT_GE(counters.outbox_failures.value(), 1U);
}

/// After a failed flush the kernel shows bytes that it will never write: a later flush does not prove that
/// they are on the disk.
TEST_F(FailingDiskTest, WritesAnewWhatAFailedFlushHasLeftBeforeItPromisesMore) {
  open();
  append(record("before"));
  disk_faults().sync = SQLITE_IOERR_FSYNC;
  EXPECT_EQ(append(record("unflushed")).status, AppendStatus::unknown);
  crash();
  disk_faults().clear();
  const auto is_in_the_database = [this] {
    std::ifstream in(copy / "outbox.db", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    return bytes.find("topic/unflushed") != std::string::npos;
  };
  ASSERT_FALSE(is_in_the_database());
  const SqliteOutbox after(copy, settings, logger, counters);
  ASSERT_TRUE(after.accepting());
  EXPECT_TRUE(is_in_the_database());
}

TEST_F(FailingDiskTest, RefusesWhatAFailedWriteKeptFromTheDiskAndNeverFindsIt) {
  open();
  append(record("before"));
  disk_faults().write = SQLITE_IOERR_WRITE;
  EXPECT_EQ(append(record("refused")).status, AppendStatus::failed);
  EXPECT_EQ(found_with_a_whole_disk_after_a_crash(), Strings{"before"});
}

TEST_F(FailingDiskTest, KeepsItsConnectionUnlessTheDiskFailsForLong) {
  OutboxDisk disk(directory, logger, counters);
  disk.open();
  disk.empty_wal();
  const DatabaseError error(SQLITE_IOERR_FSYNC, "");
  for (int i = 0; i < 19; ++i) disk.recover_from(error);
  EXPECT_TRUE(disk.is_flushed());
  disk.recover_from(error);
  EXPECT_FALSE(disk.is_flushed()) << "opened anew: what is found is not known to be flushed";
}

TEST_F(FailingDiskTest, NeverSetsADatabaseAsideForAMistakeOrAFailingDisk) {
  for (const int code : {SQLITE_ERROR, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_MISMATCH, SQLITE_CANTOPEN,
                         SQLITE_FULL, SQLITE_IOERR_READ, SQLITE_READONLY, SQLITE_NOMEM, SQLITE_BUSY})
    EXPECT_FALSE(DatabaseError(code, "").is_damage()) << code;
  for (const int code : {SQLITE_CORRUPT, SQLITE_CORRUPT_INDEX, SQLITE_NOTADB, SQLITE_IOERR_SHORT_READ})
    EXPECT_TRUE(DatabaseError(code, "").is_damage()) << code;
}

TEST_F(FailingDiskTest, SaysOnceThatItFailsAndOnceThatItWorks) {
  open();
  disk_faults().sync = SQLITE_IOERR_FSYNC;
  for (int i = 0; i < 50; ++i) append(record(std::to_string(i)));
  disk_faults().clear();
  ASSERT_TRUE(heals());
  EXPECT_EQ(logger.count("accepts no messages: the disk does not take it: disk I/O error"), 1U)
      << logger.all();
  EXPECT_EQ(logger.count("accepts messages again"), 1U) << logger.all();
}

TEST_F(FailingDiskTest, RefusesAsFullWhatHasNoRoomAndNeverFindsIt) {
  open();
  append(record("before"));
  for (const int writes : {0, 1, 3}) {
    disk_faults().writes_before = writes;
    disk_faults().write = SQLITE_FULL;
    const std::string id = "refused" + std::to_string(writes);
    EXPECT_EQ(append(record(id, std::string(20000, 'x'))).status, AppendStatus::full);
    EXPECT_EQ(found_with_a_whole_disk_after_a_crash(), Strings{"before"}) << writes;
    disk_faults().clear();
    ASSERT_TRUE(heals());
  }
  EXPECT_EQ(waiting_ids(), Strings{"before"});
}

TEST_F(FailingDiskTest, HoldsSettlesUntilTheDiskTakesThem) {
  open();
  const Sequence settled = append(record("settled")).sequence;
  const Sequence dead = append(record("dead")).sequence;
  append(record("waits"));
  disk_faults().sync = SQLITE_IOERR_FSYNC;
  std::atomic<int> done{0};
  outbox->settle({settled}, [&] { ++done; });
  outbox->move_to_dead_letters(dead, 0x87, [&] { ++done; });
  EXPECT_EQ(waiting_ids(), Strings{"waits"});
  EXPECT_EQ(done, 0);
  disk_faults().clear();
  EXPECT_TRUE(eventually([&] { return done == 2; }));
  EXPECT_EQ(found_after_a_crash(), Strings{"waits"});
  EXPECT_EQ(dead_letters().value().size(), 1U);
}

TEST_F(FailingDiskTest, WritesChangedSubscriptionsLaterButSaysThatItCouldNot) {
  open();
  const std::vector<SubscriptionChange> changes = {{"a/#", QoS::at_least_once}};
  disk_faults().sync = SQLITE_IOERR_FSYNC;
  EXPECT_FALSE(save({{"old", std::nullopt}}));
  EXPECT_FALSE(save(changes));
  disk_faults().clear();
  ASSERT_TRUE(heals());
  open();
  EXPECT_EQ(outbox->subscription_changes(), changes);
}

TEST_F(FailingDiskTest, StartsOnADiskThatCannotBeOpenedAndMendsItself) {
  open();
  append(record("a"));
  close();
  disk_faults().open = SQLITE_CANTOPEN;
  open();
  EXPECT_FALSE(outbox->accepting());
  EXPECT_TRUE(fetch().failed);
  EXPECT_FALSE(dead_letters());
  EXPECT_EQ(append(record("b")).status, AppendStatus::failed);
  EXPECT_EQ(retry("a"), Outbox::DeadLetterEnd::failed);
  disk_faults().clear();
  ASSERT_TRUE(heals());
  EXPECT_EQ(waiting_ids(), Strings{"a"});
}

TEST_F(FailingDiskTest, StartsOnADiskThatOnlyReads) {
  open();
  append(record("a"));
  close();
  disk_faults().write = SQLITE_READONLY;
  open();
  EXPECT_FALSE(outbox->accepting());
  EXPECT_EQ(waiting_ids(), Strings{"a"});
  disk_faults().clear();
  ASSERT_TRUE(heals());
}

TEST_F(FailingDiskTest, StartsWhereTheDirectoryCannotBeMadeAndMakesItLater) {
  std::ofstream(directory) << "in the way";
  const fs::path in_the_way = directory;
  directory /= "below";
  open();
  EXPECT_FALSE(outbox->accepting());
  EXPECT_EQ(logger.count("cannot make state_dir"), 1U) << logger.all();
  fs::remove(in_the_way);
  ASSERT_TRUE(heals());
  EXPECT_EQ(append(record("a")).status, AppendStatus::stored);
  close();
  fs::remove_all(in_the_way);
}

TEST_F(FailingDiskTest, DoesNotLoseWhatItAnsweredForWhenACheckpointFails) {
  open();
  for (int i = 0; i < 5; ++i) append(record("large" + std::to_string(i), std::string(900000, 'x')));
  disk_faults().sync = SQLITE_IOERR_FSYNC;
  append(record("refused"));
  EXPECT_EQ(found_with_a_whole_disk_after_a_crash().size(), 5U);
  disk_faults().clear();
  ASSERT_TRUE(heals());
  EXPECT_EQ(waiting_ids().size(), 5U);
}

// Random faults under load; at random moments the directory is copied as a crash would leave it.
TEST_F(FailingDiskTest, LosesNothingAndFindsNothingRefusedUnderRandomFaults) {
  SCOPED_TRACE("seed " + std::to_string(seed()));
  std::mt19937 random(seed());
  open();
  std::mutex mutex;
  std::vector<std::string> kept, refused, unknown;
  int number = 0;
  for (int round = 0; round < 30; ++round) {
    const bool fails = random() % 2 == 0;
    disk_faults().writes_before = static_cast<int>(random() % 40);
    if (fails && random() % 2 == 0)
      disk_faults().write = random() % 2 == 0 ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    if (fails && random() % 2 == 0) disk_faults().sync = SQLITE_IOERR_FSYNC;
    std::atomic<unsigned> open_answers{1 + static_cast<unsigned>(random() % 30)};
    const unsigned calls = open_answers;
    for (unsigned i = 0; i < calls; ++i) {
      const std::string id = std::to_string(++number);
      outbox->append(record(id, std::string(random() % 9000, 'x')), [&, id](const Appended& appended) {
        const std::lock_guard lock(mutex);
        if (appended.status == AppendStatus::stored) kept.push_back(id);
        if (appended.status == AppendStatus::full || appended.status == AppendStatus::failed)
          refused.push_back(id);
        if (appended.status == AppendStatus::unknown) unknown.push_back(id);
        --open_answers;
      });
    }
    ASSERT_TRUE(eventually([&] { return open_answers == 0; }));
    if (random() % 4 == 0) {
      EXPECT_EQ(without(unknown, found_with_a_whole_disk_after_a_crash()), kept);
    }
    disk_faults().clear();
    if (fails && random() % 2 == 0) {
      ASSERT_TRUE(heals());
    }
  }
  ASSERT_TRUE(heals());
  EXPECT_EQ(without(unknown, found_after_a_crash()), kept);
  EXPECT_GT(kept.size(), 0U);
  EXPECT_GT(unknown.size(), 0U);
  EXPECT_GT(refused.size(), 0U);
}

}  // namespace
}  // namespace bridge
