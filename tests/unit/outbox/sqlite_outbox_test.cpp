#include "bridge/outbox/sqlite_outbox.h"

#include <gtest/gtest.h>

#include <fstream>

#include "outbox_fixture.h"
#include "schema.h"
#include "tables.h"

namespace bridge {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class SqliteOutboxTest : public OutboxFixture {};

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Message with_all_properties() {
  Message message{"a/ü", std::string("\0\xFF bytes", 8), QoS::exactly_once, true, {}};
  message.properties = {std::uint8_t{1},
                        90s,
                        "text/plain",
                        "answers/here",
                        std::string("\0\x01", 2),
                        {{"name", "first"}, {"name", "second"}, {"", ""}}};
  return message;
}

TEST_F(SqliteOutboxTest, GivesBackInOrderWhatWasAppended) {
  open();
  for (const char* id : {"a", "b", "c"}) EXPECT_EQ(append(record(id)).status, AppendStatus::stored);
  const Fetched fetched = fetch();
  EXPECT_TRUE(fetched.at_end);
  EXPECT_FALSE(fetched.failed);
  ASSERT_EQ(fetched.entries.size(), 3U);
  EXPECT_EQ(waiting_ids(), (Strings{"a", "b", "c"}));
  EXPECT_LT(fetched.entries[0].sequence, fetched.entries[1].sequence);
  const Fetched first = fetch(0, 1);
  EXPECT_EQ(first.entries.size(), 1U);
  EXPECT_FALSE(first.at_end);
  EXPECT_EQ(fetch(first.entries[0].sequence, 10).entries.size(), 2U);
}

TEST_F(SqliteOutboxTest, GivesBackEveryFieldOfAMessageAfterARestart) {
  open();
  append({"all", with_all_properties(), 60s, std::nullopt});
  append(record("large", std::string(100000, 'x')));
  append(record("empty", ""));
  open();
  const Fetched fetched = fetch();
  ASSERT_EQ(fetched.entries.size(), 3U);
  EXPECT_EQ(fetched.entries[0].message, with_all_properties());
  EXPECT_EQ(fetched.entries[0].expires_in, 60s);
  EXPECT_EQ(fetched.entries[1].message.payload, std::string(100000, 'x'));
  EXPECT_EQ(fetched.entries[2].message, record("empty", "").message);
}

TEST_F(SqliteOutboxTest, HasOnTheDiskWhatItAnsweredForWhenItIsKilled) {
  open();
  append(record("kept"));
  const fs::path copy = directory.string() + "_copy";
  crash_to(copy);
  close();
  fs::remove_all(directory);
  fs::rename(copy, directory);
  open();
  EXPECT_EQ(waiting_ids(), Strings{"kept"});
}

TEST_F(SqliteOutboxTest, CountsDownTheExpiryAlsoWhileItIsStopped) {
  open();
  auto expiring = record("soon");
  expiring.expires_in = 10s;
  append(expiring);
  append(record("never"));
  pass(4s);
  open();
  EXPECT_EQ(fetch().entries.at(0).expires_in, 6s);
  pass(6s);
  const Fetched fetched = fetch();
  EXPECT_EQ(fetched.dropped, 1U);
  ASSERT_EQ(fetched.entries.size(), 1U);
  EXPECT_EQ(fetched.entries[0].id, "never");
  EXPECT_EQ(counters.outbox_expired.value(), 1U);
  EXPECT_EQ(outbox->status().messages, 1U);
}

TEST_F(SqliteOutboxTest, ForgetsWhatHasExpiredWithoutBeingAsked) {
  open();
  auto expiring = record("soon");
  expiring.expires_in = 10s;
  append(expiring);
  pass(10s);
  EXPECT_TRUE(eventually([&] { return outbox->status().messages == 0; }));
  EXPECT_EQ(counters.outbox_expired.value(), 1U);
}

TEST_F(SqliteOutboxTest, NeverUsesASequenceTwice) {
  open();
  const Sequence first = append(record("a")).sequence;
  settle({first});
  open();
  EXPECT_TRUE(fetch().entries.empty());
  EXPECT_GT(append(record("b")).sequence, first);
}

TEST_F(SqliteOutboxTest, SettlesMoreThanOnceWithoutHarm) {
  open();
  std::vector<Sequence> sequences;
  for (const char* id : {"a", "b", "c", "d"}) sequences.push_back(append(record(id)).sequence);
  settle({sequences[2], sequences[0], sequences[0], 999});
  settle({sequences[0]});
  EXPECT_EQ(waiting_ids(), (Strings{"b", "d"}));
  EXPECT_EQ(counters.outbox_settled.value(), 2U);
  EXPECT_EQ(outbox->status().messages, 2U);
  settle({sequences[1], sequences[3]});
  EXPECT_EQ(outbox->status().bytes, 0U);
  EXPECT_FALSE(outbox->status().oldest_age);
}

TEST_F(SqliteOutboxTest, RefusesWhatPassesALimitAndKeepsTheRest) {
  settings.max_messages = 10;
  open();
  for (int i = 0; i < 9; ++i) append(record(std::to_string(i)));
  EXPECT_TRUE(outbox->accepting());
  EXPECT_TRUE(outbox->status().nearly_full);
  append(record("9"));
  EXPECT_FALSE(outbox->accepting());
  EXPECT_FALSE(outbox->status().fault.empty());
  EXPECT_EQ(append(record("10")).status, AppendStatus::full);
  EXPECT_EQ(counters.outbox_full.value(), 1U);
  EXPECT_EQ(fetch().entries.size(), 10U);
  settle({fetch().entries[0].sequence});
  EXPECT_TRUE(outbox->accepting());
  EXPECT_EQ(append(record("10")).status, AppendStatus::stored);
}

TEST_F(SqliteOutboxTest, CountsTheBytesOfMessagesAndDeadLetters) {
  settings.max_bytes = 3000;
  open();
  const Sequence first = append(record("a", std::string(1000, 'x'))).sequence;
  move_to_dead_letters(first, 0x87);
  EXPECT_EQ(append(record("b", std::string(1000, 'x'))).status, AppendStatus::stored);
  EXPECT_EQ(append(record("c", std::string(1000, 'x'))).status, AppendStatus::full);
  const auto bytes = outbox->status().bytes;
  open();
  EXPECT_EQ(outbox->status().bytes, bytes);
  EXPECT_EQ(remove("a"), Outbox::DeadLetterEnd::done);
  EXPECT_EQ(append(record("c", std::string(1000, 'x'))).status, AppendStatus::stored);
}

TEST_F(SqliteOutboxTest, DeadLettersTakeATenthOfTheRoomTheOldestGoingFirst) {
  settings.max_bytes = 30000;
  open();
  for (const char* id : {"a", "b", "c"})
    move_to_dead_letters(append(record(id, std::string(1000, 'x'))).sequence, 0x87);
  EXPECT_EQ(outbox->status().dead_letters, 2U);
  EXPECT_EQ(remove("a"), Outbox::DeadLetterEnd::not_found);
  EXPECT_EQ(remove("c"), Outbox::DeadLetterEnd::done);
  EXPECT_EQ(counters.outbox_dead_dropped.value(), 1U);
}

TEST_F(SqliteOutboxTest, MakesRoomByWhatHasExpiredBeforeItIsFull) {
  settings.max_messages = 1;
  open();
  auto expiring = record("old");
  expiring.expires_in = 1s;
  append(expiring);
  pass(1s);
  EXPECT_EQ(append(record("new")).status, AppendStatus::stored);
  EXPECT_EQ(waiting_ids(), Strings{"new"});
}

TEST_F(SqliteOutboxTest, LeavesTheDiskToOthers) {
  settings.min_free = std::uint64_t{1} << 60U;
  open();
  EXPECT_FALSE(outbox->accepting());
  EXPECT_NE(outbox->status().fault.find("min_free"), std::string::npos);
  EXPECT_EQ(append(record("a")).status, AppendStatus::full);
}

TEST_F(SqliteOutboxTest, MovesWhatTheBrokerRefusesToTheDeadLettersAndShowsIt) {
  open();
  const Sequence a = append({"a", with_all_properties(), std::nullopt, std::nullopt}).sequence;
  const Sequence b = append(record("b")).sequence;
  pass(5s);
  move_to_dead_letters(a, 0x87);
  move_to_dead_letters(b, 0x99);
  move_to_dead_letters(b, 0x99);
  open();
  EXPECT_TRUE(fetch().entries.empty());
  const auto letters = dead_letters();
  ASSERT_TRUE(letters);
  ASSERT_EQ(letters->size(), 2U);
  EXPECT_EQ(letters->at(0).message, with_all_properties());
  EXPECT_EQ(letters->at(0).reason_code, 0x87);
  EXPECT_EQ(letters->at(0).refused_at - letters->at(0).stored_at, 5s);
  EXPECT_EQ(letters->at(1).id, "b");
  EXPECT_EQ(dead_letters("a").value().size(), 1U);
  EXPECT_EQ(dead_letters("", 1).value().size(), 1U);
  EXPECT_EQ(outbox->status().dead_letters, 2U);
  EXPECT_EQ(counters.outbox_dead_lettered.value(), 2U);
}

TEST_F(SqliteOutboxTest, PutsARetriedDeadLetterBehindAllThatWaits) {
  open();
  move_to_dead_letters(append(record("a")).sequence, 0x87);
  append(record("b"));
  EXPECT_EQ(retry("a"), Outbox::DeadLetterEnd::done);
  EXPECT_EQ(retry("a"), Outbox::DeadLetterEnd::not_found);
  open();
  EXPECT_EQ(waiting_ids(), (Strings{"b", "a"}));
  EXPECT_TRUE(dead_letters().value().empty());
}

TEST_F(SqliteOutboxTest, RetriesNoDeadLetterWithoutRoomForIt) {
  settings.max_messages = 1;
  open();
  move_to_dead_letters(append(record("a")).sequence, 0x87);
  const Sequence b = append(record("b")).sequence;
  EXPECT_EQ(retry("a"), Outbox::DeadLetterEnd::full);
  EXPECT_EQ(dead_letters().value().size(), 1U);
  EXPECT_EQ(waiting_ids(), Strings{"b"});
  EXPECT_EQ(counters.outbox_full.value(), 1U);
  settle({b});
  settings.min_free = std::uint64_t{1} << 60U;
  open();
  EXPECT_EQ(retry("a"), Outbox::DeadLetterEnd::full);
  settings.min_free = 0;
  open();
  EXPECT_EQ(retry("a"), Outbox::DeadLetterEnd::done);
}

TEST_F(SqliteOutboxTest, RemovesADeadLetterForGood) {
  open();
  move_to_dead_letters(append(record("a")).sequence, 0x87);
  EXPECT_EQ(remove("a"), Outbox::DeadLetterEnd::done);
  EXPECT_EQ(remove("a"), Outbox::DeadLetterEnd::not_found);
  EXPECT_EQ(outbox->status().bytes, 0U);
  open();
  EXPECT_TRUE(dead_letters().value().empty());
}

TEST_F(SqliteOutboxTest, KnowsForTenMinutesWhatItAnswered) {
  open();
  auto with_key = record("first");
  with_key.token = IdempotencyToken{"key 1", 0xFFFFFFFFFFFFFFFF};
  settle({append(with_key).sequence});
  pass(9min);
  with_key = record("second");
  with_key.token = IdempotencyToken{"key 2", 2};
  append(with_key);
  open();
  ASSERT_EQ(outbox->remembered_responses()->size(), 2U);
  EXPECT_EQ((*outbox->remembered_responses())[0].token, (IdempotencyToken{"key 1", 0xFFFFFFFFFFFFFFFF}));
  EXPECT_EQ((*outbox->remembered_responses())[0].id, "first");
  EXPECT_EQ((*outbox->remembered_responses())[0].age, 9min);
  pass(2min);
  open();
  ASSERT_EQ(outbox->remembered_responses()->size(), 1U);
  EXPECT_EQ((*outbox->remembered_responses())[0].id, "second");
}

TEST_F(SqliteOutboxTest, GivesBackTheChangesOfSubscriptions) {
  const std::vector<SubscriptionChange> changes = {{"a/#", QoS::at_least_once}, {"\"ü\\", std::nullopt}};
  open();
  EXPECT_TRUE(outbox->subscription_changes().empty());
  EXPECT_TRUE(save({{"old", QoS::exactly_once}}));
  EXPECT_TRUE(save(changes));
  open();
  EXPECT_EQ(outbox->subscription_changes(), changes);
}

TEST_F(SqliteOutboxTest, CanBeCalledFromAnAnswerAlsoWhileItEnds) {
  open();
  SqliteOutbox* const ending = outbox.get();
  std::atomic<int> kept{0};
  ending->save({{"first", QoS::at_least_once}}, [&, ending](bool first) {
    kept += first ? 1 : 0;
    ending->save({{"second", QoS::at_least_once}}, [&](bool second) { kept += second ? 1 : 0; });
  });
  close();
  EXPECT_EQ(kept, 2);
  open();
  EXPECT_EQ(outbox->subscription_changes(),
            (std::vector<SubscriptionChange>{{"second", QoS::at_least_once}}));
}

TEST_F(SqliteOutboxTest, RefusesADirectoryThatAnotherProcessHas) {
  open();
  try {
    const SqliteOutbox second(directory, settings, logger, counters);
    FAIL() << "two in one directory";
  } catch (const Error& error) {
    EXPECT_EQ(error.errc(), Errc::internal);
    EXPECT_NE(std::string(error.what()).find("in use by another process (pid " + std::to_string(::getpid())),
              std::string::npos);
  }
}

TEST_F(SqliteOutboxTest, KeepsItsFilesToItself) {
  directory /= "deep";
  open();
  append(record("a"));
  EXPECT_EQ(fs::status(directory).permissions() & fs::perms::all, fs::perms::owner_all);
  for (const auto& file : fs::directory_iterator(directory))
    EXPECT_EQ(file.status().permissions() & (fs::perms::group_all | fs::perms::others_all), fs::perms::none)
        << file.path();
}

TEST_F(SqliteOutboxTest, AnswersInTheOrderOfTheCalls) {
  open();
  std::vector<int> order;
  std::promise<void> last;
  outbox->append(record("a"), [&](const Appended&) { order.push_back(1); });
  outbox->fetch(0, 10, [&](const Fetched& fetched) {
    EXPECT_EQ(fetched.entries.size(), 1U);
    order.push_back(2);
  });
  outbox->append(record("b"), [&](const Appended&) { order.push_back(3); });
  outbox->settle({1}, [&] { order.push_back(4); });
  outbox->fetch(0, 10, [&](const Fetched& fetched) {
    EXPECT_EQ(fetched.entries.size(), 1U);
    last.set_value();
  });
  ASSERT_EQ(last.get_future().wait_for(patience), std::future_status::ready);
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3, 4}));
}

TEST_F(SqliteOutboxTest, MayBeCalledFromItsOwnAnswer) {
  open();
  std::promise<std::size_t> found;
  outbox->append(record("a"), [&](const Appended&) {
    outbox->fetch(0, 10, [&](const Fetched& fetched) { found.set_value(fetched.entries.size()); });
  });
  EXPECT_EQ(found.get_future().get(), 1U);
}

TEST_F(SqliteOutboxTest, CarriesOutWhatWaitsWhenItIsStopped) {
  open();
  std::atomic<int> kept{0};
  for (int i = 0; i < 2500; ++i)
    outbox->append(record(std::to_string(i)), [&](const Appended& appended) {
      kept += appended.status == AppendStatus::stored ? 1 : 0;
    });
  close();
  EXPECT_EQ(kept, 2500);
  open();
  EXPECT_EQ(outbox->status().messages, 2500U);
  EXPECT_EQ(fetch(0, 5000).entries.size(), 2500U);
}

/// Makes a database look like one of a later schema, which the header and `meta` both say.
void make_version(const fs::path& file, int version) {
  Database database = open_database(file);
  database.execute(("PRAGMA user_version=" + std::to_string(version)).c_str());
  Tables(database).write({StoredNumber::version, version});
}

TEST_F(SqliteOutboxTest, LeavesADatabaseOfALaterVersionAlone) {
  open();
  append(record("a"));
  close();
  make_version(directory / "outbox.db", 7);
  const std::string before = bytes_of(directory / "outbox.db");
  open();
  EXPECT_FALSE(outbox->accepting());
  EXPECT_NE(outbox->status().fault.find("schema version 7"), std::string::npos) << outbox->status().fault;
  EXPECT_EQ(append(record("b")).status, AppendStatus::failed);
  EXPECT_TRUE(fetch().failed);
  close();
  EXPECT_EQ(bytes_of(directory / "outbox.db"), before);
}

}  // namespace
}  // namespace bridge
