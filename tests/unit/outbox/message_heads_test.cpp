// Showing stored messages, finding one of them, and withdrawing it.

#include "outbox_fixture.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;
using Withdrawn = Outbox::Withdrawn;

class MessageHeadsTest : public OutboxFixture {
 protected:
  void SetUp() override {
    OutboxFixture::SetUp();
    open();
  }
  void store(int count) {
    std::promise<void> all;
    for (int i = 1; i <= count; ++i)
      outbox->append(record(std::to_string(i)), [&, i](Appended) {
        if (i == count) all.set_value();
      });
    all.get_future().wait();
  }
  static Strings ids_of(const std::optional<ShownEntries>& shown) {
    Strings ids;
    if (shown)
      for (const ShownEntry& entry : shown->entries) ids.push_back(entry.id);
    return ids;
  }
};

TEST_F(MessageHeadsTest, ShowsAllButThePayload) {
  OutboxRecord one = record("a", std::string(100'000, 'x'));
  one.message.qos = QoS::exactly_once;
  one.message.retain = true;
  append(std::move(one));
  pass(2500ms);
  const auto shown = show();
  ASSERT_TRUE(shown && shown->entries.size() == 1U);
  const ShownEntry& entry = shown->entries[0];
  EXPECT_EQ(entry.sequence, 1U);
  EXPECT_EQ(entry.id, "a");
  EXPECT_EQ(entry.topic_name, "topic/a");
  EXPECT_EQ(entry.qos, QoS::exactly_once);
  EXPECT_TRUE(entry.retain);
  EXPECT_EQ(entry.age, 2500ms);
  EXPECT_FALSE(shown->next.has_value());
}

TEST_F(MessageHeadsTest, EachPartBeginsWhereTheOneBeforeEnds) {
  store(5);
  const auto first = show(0, 2);
  EXPECT_EQ(ids_of(first), (Strings{"1", "2"}));
  ASSERT_TRUE(first->next.has_value());
  settle({1, 2, 3});
  const auto second = show(*first->next, 2);
  EXPECT_EQ(ids_of(second), (Strings{"4", "5"})) << "also where what it began behind has gone";
  EXPECT_FALSE(second->next.has_value());
  EXPECT_EQ(ids_of(show(5)), Strings{});
}

TEST_F(MessageHeadsTest, APartIsBoundedByBytesToo) {
  const std::string long_topic(60'000, 't');
  for (int i = 1; i <= 20; ++i) {
    OutboxRecord one = record(std::to_string(i));
    one.message.topic_name = long_topic;
    append(std::move(one));
  }
  const auto first = show();
  EXPECT_LT(ids_of(first).size(), 10U);
  ASSERT_TRUE(first->next.has_value());
  EXPECT_EQ(ids_of(show(*first->next, 1)), Strings{std::to_string(*first->next + 1)});
}

TEST_F(MessageHeadsTest, WhatHasExpiredIsNotShownAndTheRestStandsBehindIt) {
  for (int i = 1; i <= 4; ++i) {
    OutboxRecord one = record(std::to_string(i));
    if (i <= 3) one.expires_in = 10ms;
    append(std::move(one));
  }
  pass(10ms);
  Strings all;
  for (Sequence after = 0;;) {
    const auto part = show(after, 1);
    ASSERT_TRUE(part.has_value());
    for (const std::string& id : ids_of(part)) all.push_back(id);
    if (!part->next) break;
    ASSERT_GT(*part->next, after);
    after = *part->next;
  }
  EXPECT_EQ(all, Strings{"4"});
}

TEST_F(MessageHeadsTest, AnIdIsFoundAmongManyAndTheEntryWithdrawn) {
  store(5000);
  EXPECT_EQ(find("4999").sequence, 4999U);
  EXPECT_EQ(withdraw(4999), Withdrawn::done);
  EXPECT_EQ(withdraw(4999), Withdrawn::not_found);
  EXPECT_EQ(find("4999").sequence, 0U);
  EXPECT_FALSE(find("unknown").failed);
  EXPECT_EQ(fetch(4997, 10).entries.size(), 2U);
  EXPECT_EQ(outbox->status().messages, 4999U);
  EXPECT_EQ(counters.outbox_withdrawn.value(), 1U);
}

TEST_F(MessageHeadsTest, AWithdrawnMessageIsGoneAfterARestart) {
  store(2);
  EXPECT_EQ(withdraw(1), Withdrawn::done);
  open();
  EXPECT_EQ(waiting_ids(), Strings{"2"});
}

/// Messages to be stored wait for the same thread as the search.
TEST_F(MessageHeadsTest, ALongSearchLetsOthersGetOn) {
  store(5000);
  std::mutex mutex;
  Strings order;
  const auto note = [&](const char* what) {
    const std::lock_guard lock(mutex);
    order.emplace_back(what);
  };
  std::promise<void> found, queued;
  outbox->append(record("holds the thread"), [&](Appended) { queued.get_future().wait(); });
  outbox->find("unknown", [&](Outbox::Found) {
    note("found");
    found.set_value();
  });
  outbox->append(record("new"), [&](Appended) { note("appended"); });
  queued.set_value();
  found.get_future().wait();
  EXPECT_EQ(order, (Strings{"appended", "found"}));
}

TEST_F(MessageHeadsTest, ASearchThatIsUnderWayEndsWithTheOutbox) {
  store(5000);
  std::promise<Outbox::Found> found;
  outbox->find("unknown", [&](Outbox::Found what) { found.set_value(what); });
  close();
  found.get_future().wait();
}

}  // namespace
}  // namespace bridge
