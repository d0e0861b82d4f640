// What is stored, when, and in which order it goes out.
#include <gtest/gtest.h>

#include "publisher_fixture.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

class PublisherWithOutboxTest : public PublisherTest {
 protected:
  PublisherWithOutboxTest() { outbox_in_use = &outbox; }

  /// Until nothing moves any more: the disk, and the publishing thread.
  void settle_down() {
    std::size_t sent = 0;
    do {
      sent = session.sent.size();
      outbox.flush();
      publisher().pump();
      outbox.flush();
      publisher().pump();
    } while (session.sent.size() != sent);
  }

  void store(const std::string& payload, QoS qos = QoS::at_least_once) {
    submit(message(payload, qos));
    outbox.flush();
  }

  bool is_stored(const std::string& payload) {
    return results.contains(payload) && !results[payload].error && !results[payload].id.empty();
  }

  void interrupt_all() {
    publisher().on_disconnected();
    for (std::size_t i = 0; i < session.sent.size(); ++i) outcome(i, Kind::interrupted);
  }
};

TEST_F(PublisherWithOutboxTest, WhatTheBrokerConfirmsInTimeNeverTouchesTheDisk) {
  connect();
  submit(message("a"));
  publisher().pump();
  outcome(0, Kind::accepted);
  settle_down();
  EXPECT_EQ(error_of("a"), std::nullopt);
  EXPECT_EQ(results["a"].id, "");
  EXPECT_TRUE(outbox.ids.empty());
}

TEST_F(PublisherWithOutboxTest, StoresWhatMeetsAnAbsentBrokerAndAnswersAfterTheFlush) {
  submit(message("a"));
  EXPECT_TRUE(results.empty()) << "answered before it was on the disk";
  outbox.flush();
  EXPECT_TRUE(is_stored("a"));
  EXPECT_EQ(results["a"].id, outbox.ids.at(0));
}

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
  outbox.append({.id = "old", .message = message("old"), .expires_in = {}, .mark = {}}, [](Appended) {});
  outbox.flush();
  connect();
  settle_down();
  EXPECT_EQ(session.sent_payloads(), Payloads{"old"});
}

TEST_F(PublisherWithOutboxTest, NothingOvertakesWhatIsStored) {
  store("stored");
  connect();
  submit(message("new"));
  publisher().pump();
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
  publisher().pump();
  EXPECT_EQ(session.sent_payloads(), Payloads{"now"});
}

TEST_F(PublisherWithOutboxTest, ALongQueueGrowsOnTheDisk) {
  settings.publish.window = 2;
  for (const char* payload : {"a", "b", "c"}) store(payload);
  connect();
  submit(message("d"));
  outbox.flush();
  EXPECT_TRUE(is_stored("d"));
}

TEST_F(PublisherWithOutboxTest, StoresWhatIsLateAndSettlesItWithTheLatePuback) {
  connect();
  submit(message("late"));
  publisher().pump();
  clock.advance(5s);
  publisher().pump();
  EXPECT_TRUE(results.empty()) << "not stored yet";
  outbox.flush();
  EXPECT_TRUE(is_stored("late"));
  settle_down();
  EXPECT_EQ(session.sent.size(), 1U) << "it is under way: not a second time";
  outcome(0, Kind::accepted);
  settle_down();
  EXPECT_TRUE(outbox.stored.empty());
}

TEST_F(PublisherWithOutboxTest, APubackDuringTheFlushIsAnsweredAsConfirmed) {
  connect();
  submit(message("late"));
  publisher().pump();
  clock.advance(5s);
  publisher().pump();
  outcome(0, Kind::accepted, 16);
  EXPECT_EQ(error_of("late"), std::nullopt);
  EXPECT_EQ(results["late"].id, "");
  EXPECT_EQ(results["late"].reason_code, 16);
  settle_down();
  EXPECT_TRUE(outbox.stored.empty()) << "the broker has it";
}

TEST_F(PublisherWithOutboxTest, ARefusalDuringTheFlushIsFinal) {
  connect();
  submit(message("late"));
  publisher().pump();
  clock.advance(5s);
  publisher().pump();
  outcome(0, Kind::refused, 135);
  EXPECT_TRUE(results.empty()) << "a crash now would have it sent again";
  settle_down();
  EXPECT_EQ(error_of("late"), Errc::not_authorized);
  EXPECT_TRUE(outbox.stored.empty());
  EXPECT_TRUE(outbox.dead.empty()) << "its caller knows";
}

TEST_F(PublisherWithOutboxTest, WhatIsLateAndThenInterruptedIsSentOnceMoreWithItsId) {
  connect();
  submit(message("late"));
  publisher().pump();
  clock.advance(5s);
  settle_down();
  interrupt_all();
  connect();
  settle_down();
  ASSERT_EQ(session.sent_payloads(), (Payloads{"late", "late"})) << "from memory or from the disk, not both";
  const auto& properties = session.sent[1].message.properties.user_properties;
  EXPECT_EQ(properties, (std::vector<UserProperty>{{"outbox-id", results["late"].id}}));
}

TEST_F(PublisherWithOutboxTest, InAnAbsenceOfMoreThanAMomentAllIsStoredInTheOrderOfSending) {
  settings.publish.window = 2;
  connect();
  for (const char* payload : {"a", "b", "c"}) submit(message(payload), 60s);
  publisher().pump();
  publisher().on_disconnected();
  clock.advance(500ms);
  submit(message("d"));
  settle_down();
  EXPECT_TRUE(results.empty()) << "the broker may be back in a moment";
  clock.advance(500ms);
  settle_down();
  EXPECT_EQ(outbox.stored_payloads(), (Payloads{"a", "b", "c", "d"}));
  for (const char* payload : {"a", "b", "c", "d"}) EXPECT_TRUE(is_stored(payload));
}

TEST_F(PublisherWithOutboxTest, AfterTheAbsenceTheOrderIsThatOfTheFirstSending) {
  connect();
  for (const char* payload : {"a", "b"}) submit(message(payload), 60s);
  publisher().pump();
  publisher().on_disconnected();
  clock.advance(1s);
  submit(message("c"));
  settle_down();
  for (std::size_t i = 0; i < 2; ++i) outcome(i, Kind::interrupted);
  connect();
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "b", "a", "b", "c"}));
}

TEST_F(PublisherWithOutboxTest, AQos2MessageOfALostSessionIsStoredAndSentAgain) {
  connect();
  submit(message("a", QoS::exactly_once));
  publisher().pump();
  interrupt_all();
  outbox.flush();
  EXPECT_TRUE(is_stored("a"));
  connect();
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "a"}));
}

TEST_F(PublisherWithOutboxTest, WhatTheDiskDoesNotTakeIsRefusedAndNeverSent) {
  outbox.answer = Kept::full;
  store("full");
  outbox.answer = Kept::failed;
  store("failed");
  outbox.answer = Kept::unknown;
  store("unknown");
  EXPECT_EQ(error_of("full"), Errc::outbox_full);
  EXPECT_EQ(error_of("failed"), Errc::storage_failed);
  EXPECT_EQ(error_of("unknown"), Errc::unconfirmed);
  connect();
  settle_down();
  EXPECT_TRUE(session.sent.empty());
}

TEST_F(PublisherWithOutboxTest, WithoutADiskALateMessageIsUnknown) {
  outbox.answer = Kept::failed;
  connect();
  submit(message("late"));
  publisher().pump();
  clock.advance(5s);
  settle_down();
  EXPECT_EQ(error_of("late"), Errc::unconfirmed);
}

TEST_F(PublisherWithOutboxTest, WithoutADiskAnAbsenceEndsNobodysTimeEarly) {
  outbox.answer = Kept::full;
  connect();
  submit(message("a"), 5s);
  publisher().pump();
  publisher().on_disconnected();
  clock.advance(2s);
  settle_down();
  EXPECT_TRUE(results.empty());
  outcome(0, Kind::interrupted);
  connect();
  settle_down();
  outcome(1, Kind::accepted);
  EXPECT_EQ(error_of("a"), std::nullopt);
}

TEST_F(PublisherWithOutboxTest, ADiskThatHangsHoldsNobodyForEver) {
  submit(message("a"));
  clock.advance(5s);
  publisher().pump();
  EXPECT_EQ(error_of("a"), Errc::unconfirmed) << "it may yet be stored";
  connect();
  settle_down();
  EXPECT_EQ(session.sent_payloads(), Payloads{"a"});
}

TEST_F(PublisherWithOutboxTest, WhatTheBrokerRefusesForGoodIsADeadLetter) {
  store("a");
  connect();
  settle_down();
  outcome(0, Kind::refused, 151);
  settle_down();
  EXPECT_TRUE(outbox.stored.empty());
  ASSERT_EQ(outbox.dead.size(), 1U);
  EXPECT_EQ(outbox.dead[0].reason_code, 151);
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
  outcome(0, Kind::refused, 151);
  settle_down();
  outbox.retry(outbox.dead[0].id, [&](Outbox::DeadLetterEnd) { publisher().on_requeued(); });
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "a"}));
}

TEST_F(PublisherWithOutboxTest, TheExpiryIsCountedDownWhileItWaits) {
  Message expiring = message("a");
  expiring.properties.message_expiry_interval = 10s;
  submit(expiring);
  outbox.flush();
  EXPECT_EQ(outbox.stored.begin()->second.expires_in, 10s);
  connect();
  outbox.flush();
  clock.advance(3500ms);
  settle_down();
  ASSERT_EQ(session.sent.size(), 1U);
  EXPECT_EQ(session.sent[0].message.properties.message_expiry_interval, 7s);
}

TEST_F(PublisherWithOutboxTest, WhatExpiredIsCountedAndNotSent) {
  Message expiring = message("a");
  expiring.properties.message_expiry_interval = 10s;
  submit(expiring);
  connect();
  outbox.flush();
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
  publisher().pump();
  clock.advance(3s);
  outcome(0, Kind::accepted);
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"first", "in time"}));
  EXPECT_EQ(session.sent[1].message.properties.message_expiry_interval, 7s);
  EXPECT_EQ(error_of("expired"), Errc::queue_full);
}

TEST_F(PublisherWithOutboxTest, WhatTheBrokerIsKnownNotToTakeIsRefusedAndNotStored) {
  BrokerLimits limits;
  limits.maximum_qos = QoS::at_least_once;
  connect(limits);
  EXPECT_THROW(submit(message("a", QoS::exactly_once), 5s, true), Error);
  outbox.flush();
  EXPECT_TRUE(outbox.ids.empty());
}

TEST_F(PublisherWithOutboxTest, NothingOvertakesWhatTheDiskHoldsUnknownToUs) {
  settings.publish.window = 2;
  connect();
  publisher().pump();
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

TEST_F(PublisherWithOutboxTest, AStoredMessageKeepsTheQosThatWasAskedForUnderSuspicion) {
  settings.outbox.store_qos0 = true;
  connect();
  submit(message("a", QoS::at_most_once));
  publisher().pump();
  publisher().on_disconnected();
  outcome(0, Kind::interrupted);
  connect();
  submit(message("b", QoS::at_most_once), 1s);
  publisher().pump();
  EXPECT_EQ(session.sent.back().message.qos, QoS::at_least_once) << "the broker is to say what it thinks";
  clock.advance(1s);
  settle_down();
  ASSERT_EQ(outbox.stored.size(), 1U);
  EXPECT_EQ(outbox.stored.begin()->second.message.qos, QoS::at_most_once);
}

TEST_F(PublisherWithOutboxTest, WhoDoesNotWantToWaitIsAnsweredAfterTheFlush) {
  connect();
  submit(message("a", QoS::at_most_once), 5s, true);
  submit(message("b"), 5s, true);
  outbox.flush();
  EXPECT_TRUE(is_stored("a"));
  EXPECT_TRUE(is_stored("b"));
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "b"}));
}

TEST_F(PublisherWithOutboxTest, QosZeroIsNowOrNeverUnlessAskedOtherwise) {
  EXPECT_EQ(refusal_of(message("a", QoS::at_most_once)), Errc::not_connected);
  submit(message("b", QoS::at_most_once), 5s, true);
  outbox.flush();
  EXPECT_TRUE(is_stored("b"));
}

TEST_F(PublisherWithOutboxTest, QosZeroIsStoredWhereTheSettingsSaySo) {
  settings.outbox.store_qos0 = true;
  store("a", QoS::at_most_once);
  EXPECT_TRUE(is_stored("a"));
  connect();
  submit(message("b", QoS::at_most_once));
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "b"}));
  EXPECT_EQ(session.sent[0].message.qos, QoS::at_most_once) << "a stored message keeps its QoS";
}

TEST_F(PublisherWithOutboxTest, StoredQosZeroIsForgottenOnlyWhenTheBrokerHasAnsweredSomethingLater) {
  submit(message("a", QoS::at_most_once), 5s, true);
  connect();
  settle_down();
  outcome(0, Kind::accepted);
  settle_down();
  EXPECT_EQ(outbox.stored.size(), 1U) << "it is only written";
  ASSERT_EQ(session.unsubscribe_done.size(), 1U);
  session.unsubscribe_done.begin()->second(17);
  settle_down();
  EXPECT_TRUE(outbox.stored.empty());
}

TEST_F(PublisherWithOutboxTest, StoredQosZeroIsSentAgainIfTheConnectionIsLostFirst) {
  for (const char* payload : {"asked about", "not yet"}) {
    submit(message(payload, QoS::at_most_once), 5s, true);
    outbox.flush();
  }
  connect();
  settle_down();
  outcome(0, Kind::accepted);
  publisher().pump();
  outcome(1, Kind::accepted);
  session.unsubscribe_done.begin()->second(-1);
  publisher().on_disconnected();
  connect();
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"asked about", "not yet", "asked about", "not yet"}));
}

TEST_F(PublisherWithOutboxTest, AnAnswerOnTheNextConnectionConfirmsNothingOfTheLast) {
  submit(message("a", QoS::at_most_once), 5s, true);
  connect();
  settle_down();
  outcome(0, Kind::accepted);
  publisher().pump();
  publisher().on_disconnected();
  connect();
  session.unsubscribe_done.begin()->second(17);
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "a"}));
}

TEST_F(PublisherWithOutboxTest, NoMoreThanTheWindowWouldBeRepeatedAfterACrash) {
  settings.publish.window = 2;
  for (const char* payload : {"a", "b", "c", "d"}) store(payload);
  connect();
  outbox.flush();
  publisher().pump();
  ASSERT_EQ(session.sent.size(), 2U);
  outcome(0, Kind::accepted);
  outcome(1, Kind::accepted);
  publisher().pump();
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
                        OutboxRecord{.id = "old", .message = message("old"), .expires_in = {}, .mark = {}});
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
                        OutboxRecord{.id = "old", .message = message("old"), .expires_in = {}, .mark = {}});
  clock.advance(250ms);
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"old", "new"}));
}

TEST_F(PublisherWithOutboxTest, NotTakenByTheConnectionItKeepsItsPlace) {
  store("a");
  store("b");
  connect();
  session.publish_code = -3;
  settle_down();
  session.publish_code = 0;
  publisher().on_disconnected();
  connect();
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "b"}));
}

TEST_F(PublisherWithOutboxTest, WhenItStopsWhatIsUnsentIsStored) {
  settings.publish.window = 1;
  connect();
  submit(message("sent"));
  submit(message("unsent"));
  publisher().pump();
  stop_with_outbox();
  EXPECT_TRUE(is_stored("sent"));
  EXPECT_TRUE(is_stored("unsent"));
  EXPECT_EQ(outbox.stored_payloads(), (Payloads{"sent", "unsent"}));
}

}  // namespace
}  // namespace bridge
