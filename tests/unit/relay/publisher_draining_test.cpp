// Stored messages on their way to the broker: their order, how often each is sent, and when that ends.
#include <gtest/gtest.h>

#include "publisher_with_outbox.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

TEST_F(PublisherWithOutboxTest, SendsWhatIsStoredInOrderAndForgetsItAfterItsPuback) {
  for (const char* payload : {"a", "b", "c"}) store(payload);
  connect();
  settle_down();
  ASSERT_EQ(session.sent_payloads(), (Payloads{"a", "b", "c"}));
  EXPECT_EQ(outbox.stored.size(), 3U) << "a crash here must not lose them";
  for (std::size_t i = 0; i < 3; ++i) outcome(i, Kind::accepted);
  settle_down();
  EXPECT_TRUE(outbox.stored.empty());
}

TEST_F(PublisherWithOutboxTest, SendsWhatAnEarlierProcessStored) {
  outbox.append({.id = "old", .message = message("old"), .expires_in = {}, .token = {}}, [](Appended) {});
  flush();
  connect();
  settle_down();
  EXPECT_EQ(session.sent_payloads(), Payloads{"old"});
}

TEST_F(PublisherWithOutboxTest, NothingOvertakesWhatIsStored) {
  store("stored");
  connect();
  submit(message("new"));
  pump();
  EXPECT_TRUE(session.sent.empty()) << "the stored one has not been read yet";
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"stored", "new"}));
  outcome(1, Kind::accepted);
  EXPECT_EQ(results["new"].id, "") << "it had only to stand behind, not to be stored";
}

TEST_F(PublisherWithOutboxTest, QosZeroWaitsForNothingThatIsStored) {
  settings.publish.window = 1;
  for (const char* payload : {"a", "b", "c", "d"}) store(payload);
  connect();
  submit(message("now", QoS::at_most_once));
  pump();
  EXPECT_EQ(session.sent_payloads(), Payloads{"now"});
}

TEST_F(PublisherWithOutboxTest, WhatIsLateAndThenInterruptedIsSentOnceMoreWithItsId) {
  connect();
  submit(message("late"));
  pump();
  clock.advance(5s);
  settle_down();
  interrupt_all();
  connect();
  settle_down();
  ASSERT_EQ(session.sent_payloads(), (Payloads{"late", "late"})) << "from memory or from the disk, not both";
  const auto& properties = session.sent[1].message.properties.user_properties;
  EXPECT_EQ(properties, (std::vector<UserProperty>{{"outbox-id", results["late"].id}}));
}

TEST_F(PublisherWithOutboxTest, AfterTheAbsenceTheOrderIsThatOfTheFirstSending) {
  connect();
  for (const char* payload : {"a", "b"}) submit(message(payload), 60s);
  pump();
  disconnect();
  clock.advance(1s);
  submit(message("c"));
  settle_down();
  for (std::size_t i = 0; i < 2; ++i) outcome(i, Kind::interrupted);
  connect();
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "b", "a", "b", "c"}));
}

TEST_F(PublisherWithOutboxTest, WhatTheBrokerRefusesForGoodIsADeadLetter) {
  store("a");
  connect();
  settle_down();
  outcome(0, Kind::refused, 153);
  settle_down();
  EXPECT_TRUE(outbox.stored.empty());
  ASSERT_EQ(outbox.dead.size(), 1U);
  EXPECT_EQ(outbox.dead[0].reason_code, 153);
}

TEST_F(PublisherWithOutboxTest, WhatTheBrokersLimitsForbidIsADeadLetterWithoutBeingSent) {
  store("a", QoS::exactly_once);
  BrokerLimits limits;
  limits.maximum_qos = QoS::at_least_once;
  connect(limits);
  settle_down();
  EXPECT_TRUE(session.sent.empty());
  ASSERT_EQ(outbox.dead.size(), 1U);
  EXPECT_EQ(outbox.dead[0].reason_code, 155);
}

TEST_F(PublisherWithOutboxTest, ARequeuedDeadLetterIsSentAgain) {
  store("a");
  connect();
  settle_down();
  outcome(0, Kind::refused, 153);
  settle_down();
  outbox.retry(outbox.dead[0].id, [&](Outbox::DeadLetterEnd) { publisher().on_requeued(); });
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "a"}));
}

TEST_F(PublisherWithOutboxTest, TheExpiryIsCountedDownWhileItWaits) {
  Message expiring = message("a");
  expiring.properties.message_expiry_interval = 10s;
  submit(expiring);
  flush();
  EXPECT_EQ(outbox.stored.begin()->second.expires_in, 10s);
  connect();
  flush();
  clock.advance(3500ms);
  settle_down();
  ASSERT_EQ(session.sent.size(), 1U);
  EXPECT_EQ(session.sent[0].expires_at, clock.now() + 6500ms) << "the session says what is left";
}

TEST_F(PublisherWithOutboxTest, WhatExpiredIsCountedAndNotSent) {
  Message expiring = message("a");
  expiring.properties.message_expiry_interval = 10s;
  submit(expiring);
  flush();
  connect();
  flush();
  clock.advance(10s);
  settle_down();
  EXPECT_TRUE(session.sent.empty());
  EXPECT_TRUE(outbox.stored.empty());
  EXPECT_EQ(counters.outbox_expired.value(), 1U);
}

TEST_F(PublisherWithOutboxTest, TheExpiryIsCountedDownInMemoryToo) {
  settings.publish.window = 1;
  connect();
  submit(message("first"), 60s);
  for (const auto interval : {2s, 10s}) {
    Message expiring = message(interval == 2s ? "expired" : "in time");
    expiring.properties.message_expiry_interval = interval;
    submit(expiring, 60s);
  }
  pump();
  clock.advance(3s);
  outcome(0, Kind::accepted);
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"first", "in time"}));
  EXPECT_EQ(session.sent[1].expires_at, clock.now() + 7s);
  EXPECT_EQ(error_of("expired"), Errc::queue_full);
}

TEST_F(PublisherWithOutboxTest, NothingOvertakesWhatTheDiskHoldsUnknownToUs) {
  settings.publish.window = 2;
  connect();
  pump();
  for (const Sequence sequence : {101, 102, 103, 104}) {
    OutboxRecord record;
    record.id = std::to_string(sequence);
    record.message = message(record.id);
    outbox.stored.emplace(sequence, record);
  }
  outbox.last = 104;
  submit(message("asynchronous"), 5s, true);
  submit(message("direct"), 60s);
  for (std::size_t sent = 0; sent < 6; ++sent) {
    settle_down();
    if (sent < session.sent.size()) outcome(sent, Kind::accepted);
  }
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"101", "102", "103", "104", "asynchronous", "direct"}));
}

TEST_F(PublisherWithOutboxTest, StoredQosZeroIsForgottenOnlyWhenTheBrokerHasAnsweredSomethingLater) {
  submit(message("a", QoS::at_most_once), 5s, true);
  connect();
  settle_down();
  outcome(0, Kind::accepted);
  settle_down();
  EXPECT_EQ(outbox.stored.size(), 1U) << "it is only written";
  ASSERT_EQ(session.confirmations.size(), 1U);
  session.answer_confirmation();
  settle_down();
  EXPECT_TRUE(outbox.stored.empty());
}

TEST_F(PublisherWithOutboxTest, AsksAtOnceWhetherStoredQosZeroHasArrived) {
  submit(message("a", QoS::at_most_once), 5s, true);
  connect();
  settle_down();
  outcome(0, Kind::accepted);
  pump();
  ASSERT_EQ(session.confirmations.size(), 1U);
}

TEST_F(PublisherWithOutboxTest, StoredQosZeroIsSentAgainIfTheConnectionIsLostFirst) {
  for (const char* payload : {"asked about", "not yet"}) {
    submit(message(payload, QoS::at_most_once), 5s, true);
    flush();
  }
  connect();
  settle_down();
  outcome(0, Kind::accepted);
  pump();
  outcome(1, Kind::accepted);
  session.answer_confirmation(false);
  disconnect();
  connect();
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"asked about", "not yet", "asked about", "not yet"}));
}

TEST_F(PublisherWithOutboxTest, AnAnswerOnTheNextConnectionConfirmsNothingOfTheLast) {
  submit(message("a", QoS::at_most_once), 5s, true);
  connect();
  settle_down();
  outcome(0, Kind::accepted);
  pump();
  disconnect();
  connect();
  session.answer_confirmation();
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "a"}));
}

TEST_F(PublisherWithOutboxTest, NoMoreThanTheWindowWouldBeRepeatedAfterACrash) {
  settings.publish.window = 2;
  for (const char* payload : {"a", "b", "c", "d"}) store(payload);
  connect();
  flush();
  pump();
  ASSERT_EQ(session.sent.size(), 2U);
  outcome(0, Kind::accepted);
  outcome(1, Kind::accepted);
  pump();
  EXPECT_EQ(session.sent.size(), 2U) << "the disk has not forgotten the first two";
  settle_down();
  EXPECT_EQ(session.sent.size(), 4U);
}

TEST_F(PublisherWithOutboxTest, AnUnreadableDiskIsAskedAgain) {
  store("a");
  outbox.unreadable = true;
  connect();
  settle_down();
  EXPECT_TRUE(session.sent.empty());
  outbox.unreadable = false;
  clock.advance(250ms);
  settle_down();
  EXPECT_EQ(session.sent_payloads(), Payloads{"a"});
}

TEST_F(PublisherWithOutboxTest, WhatTurnsUpOnADiskThatIsMendedIsSentToo) {
  connect();
  outbox.stored.emplace(7,
                        OutboxRecord{.id = "old", .message = message("old"), .expires_in = {}, .token = {}});
  settle_down();
  EXPECT_EQ(session.sent_payloads(), Payloads{"old"});
}

TEST_F(PublisherWithOutboxTest, WhileNobodyKnowsWhatTheDiskHoldsNothingIsSentBeforeIt) {
  outbox.is_known = false;
  outbox.unreadable = true;
  connect();
  submit(message("new"), 60s);
  settle_down();
  EXPECT_TRUE(session.sent.empty());
  outbox.unreadable = false;
  outbox.stored.emplace(7,
                        OutboxRecord{.id = "old", .message = message("old"), .expires_in = {}, .token = {}});
  clock.advance(250ms);
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"old", "new"}));
}

TEST_F(PublisherWithOutboxTest, NotTakenByTheConnectionItKeepsItsPlace) {
  store("a");
  store("b");
  connect();
  settle_down();
  for (const std::size_t i : {0U, 1U}) outcome(i, Kind::unsent);
  disconnect();
  connect();
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "b", "a", "b"}));
}

}  // namespace
}  // namespace bridge
