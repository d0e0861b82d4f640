// The messages that are stored, and the time at which they are.
#include <gtest/gtest.h>

#include "publisher_with_outbox.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

TEST_F(PublisherWithOutboxTest, WhatTheBrokerConfirmsInTimeNeverTouchesTheDisk) {
  connect();
  submit(message("a"));
  pump();
  outcome(0, Kind::accepted);
  settle_down();
  EXPECT_EQ(error_of("a"), std::nullopt);
  EXPECT_EQ(results["a"].id, "");
  EXPECT_TRUE(outbox.ids.empty());
}

TEST_F(PublisherWithOutboxTest, StoresWhatMeetsAnAbsentBrokerAndAnswersAfterTheFlush) {
  submit(message("a"));
  EXPECT_TRUE(results.empty()) << "answered before it was on the disk";
  flush();
  EXPECT_TRUE(is_stored("a"));
  EXPECT_EQ(results["a"].id, outbox.ids.at(0));
}

TEST_F(PublisherWithOutboxTest, ALongQueueGrowsOnTheDisk) {
  settings.publish.window = 2;
  for (const char* payload : {"a", "b", "c"}) store(payload);
  connect();
  submit(message("d"));
  flush();
  EXPECT_TRUE(is_stored("d"));
}

TEST_F(PublisherWithOutboxTest, StoresWhatIsLateAndSettlesItWithTheLatePuback) {
  connect();
  submit(message("late"));
  pump();
  clock.advance(5s);
  pump();
  EXPECT_TRUE(results.empty()) << "not stored yet";
  flush();
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
  pump();
  clock.advance(5s);
  pump();
  outcome(0, Kind::accepted, 16);
  EXPECT_EQ(error_of("late"), std::nullopt);
  EXPECT_EQ(results["late"].id, "");
  EXPECT_EQ(results["late"].reason_code, 16);
  settle_down();
  EXPECT_TRUE(outbox.stored.empty()) << "the broker has it";
}

/// A crash before the disk has forgotten it has the next process send it again.
TEST_F(PublisherWithOutboxTest, QosTwoThatIsConfirmedDuringTheFlushIsAnsweredAsStored) {
  connect();
  submit(message("late", QoS::exactly_once));
  pump();
  clock.advance(5s);
  pump();
  outcome(0, Kind::accepted);
  EXPECT_FALSE(results.contains("late"));
  settle_down();
  EXPECT_EQ(error_of("late"), std::nullopt);
  EXPECT_NE(results["late"].id, "");
  EXPECT_TRUE(outbox.stored.empty()) << "the broker has it";
}

TEST_F(PublisherWithOutboxTest, ARefusalDuringTheFlushIsFinal) {
  connect();
  submit(message("late"));
  pump();
  clock.advance(5s);
  pump();
  outcome(0, Kind::refused, 135);
  EXPECT_TRUE(results.empty()) << "a crash now would have it sent again";
  settle_down();
  EXPECT_EQ(error_of("late"), Errc::not_authorized);
  EXPECT_TRUE(outbox.stored.empty());
  EXPECT_TRUE(outbox.dead.empty()) << "its caller knows";
}

TEST_F(PublisherWithOutboxTest, InAnAbsenceOfMoreThanAMomentAllIsStoredInTheOrderOfSending) {
  settings.publish.window = 2;
  connect();
  for (const char* payload : {"a", "b", "c"}) submit(message(payload), 60s);
  pump();
  disconnect();
  clock.advance(500ms);
  submit(message("d"));
  settle_down();
  EXPECT_TRUE(results.empty()) << "the broker may be back in a moment";
  clock.advance(500ms);
  settle_down();
  EXPECT_EQ(outbox.stored_payloads(), (Payloads{"a", "b", "c", "d"}));
  for (const char* payload : {"a", "b", "c", "d"}) EXPECT_TRUE(is_stored(payload));
}

TEST_F(PublisherWithOutboxTest, AQos2MessageOfALostSessionIsStoredAndSentAgain) {
  connect();
  submit(message("a", QoS::exactly_once));
  pump();
  interrupt_all();
  flush();
  EXPECT_TRUE(is_stored("a"));
  connect();
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "a"}));
}

TEST_F(PublisherWithOutboxTest, WhatWasHandedOverBeforeALossIsStoredBeforeWhatWasNot) {
  settings.publish.window = 1;
  connect();
  submit(message("a"));
  submit(message("b"));
  pump();
  disconnect();
  outcome(0, Kind::unsent);
  submit(message("c"), 5s, true);
  settle_down();
  EXPECT_EQ(outbox.stored_payloads(), (Payloads{"a", "b", "c"})) << "the next process sends in this order";
}

TEST_F(PublisherWithOutboxTest, WhatIsInFlightIsStoredBeforeWhatFollowsItOnItsTopicAndNothingElseIs) {
  settings.publish.window = 2;
  connect();
  Message other = message("other");
  other.topic_name = "elsewhere";
  submit(other);
  submit(message("a"));
  submit(message("b"));
  pump();
  ASSERT_EQ(session.sent.size(), 2U);
  submit(message("c"), 5s, true);
  flush();
  EXPECT_EQ(outbox.stored_payloads(), (Payloads{"a", "b", "c"}));
  EXPECT_TRUE(is_stored("a")) << "though it is in flight";
  EXPECT_FALSE(results.contains("other"));
}

TEST_F(PublisherWithOutboxTest, AQos2MessageSentTwiceThatTheDiskDoesNotTakeIsUnknown) {
  connect();
  submit(message("a", QoS::exactly_once));
  pump();
  outbox.answer = AppendStatus::full;
  interrupt_all();
  connect();
  pump();
  ASSERT_EQ(session.sent.size(), 2U) << "before the disk has answered";
  outcome(1, Kind::accepted);
  settle_down();
  EXPECT_EQ(error_of("a"), Errc::unconfirmed) << "200 would say that it arrived once";
}

TEST_F(PublisherWithOutboxTest, WhatTheDiskDoesNotTakeIsRefusedAndNeverSent) {
  outbox.answer = AppendStatus::full;
  store("full");
  outbox.answer = AppendStatus::failed;
  store("failed");
  outbox.answer = AppendStatus::unknown;
  store("unknown");
  EXPECT_EQ(error_of("full"), Errc::outbox_full);
  EXPECT_EQ(error_of("failed"), Errc::storage_failed);
  EXPECT_EQ(error_of("unknown"), Errc::unconfirmed);
  connect();
  settle_down();
  EXPECT_TRUE(session.sent.empty());
}

TEST_F(PublisherWithOutboxTest, WithoutADiskALateMessageIsUnknown) {
  outbox.answer = AppendStatus::failed;
  connect();
  submit(message("late"));
  pump();
  clock.advance(5s);
  settle_down();
  EXPECT_EQ(error_of("late"), Errc::unconfirmed);
}

TEST_F(PublisherWithOutboxTest, WithoutADiskAnAbsenceEndsNobodysTimeEarly) {
  outbox.answer = AppendStatus::full;
  connect();
  submit(message("a"), 5s);
  pump();
  disconnect();
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
  pump();
  EXPECT_EQ(error_of("a"), Errc::unconfirmed) << "it may yet be stored";
  connect();
  settle_down();
  EXPECT_EQ(session.sent_payloads(), Payloads{"a"});
}

TEST_F(PublisherWithOutboxTest, WhatTheBrokerIsKnownNotToTakeIsRefusedAndNotStored) {
  BrokerLimits limits;
  limits.maximum_qos = QoS::at_least_once;
  connect(limits);
  submit(message("a", QoS::exactly_once), 5s, true);
  EXPECT_EQ(error_of("a"), Errc::broker_refused);
  flush();
  EXPECT_TRUE(outbox.ids.empty());
}

TEST_F(PublisherWithOutboxTest, TheLimitsOfTheLastConnectionHoldWhileTheBrokerIsAway) {
  connect({.maximum_qos = QoS::at_least_once, .retain_available = false, .maximum_packet_size = 100});
  disconnect();
  pump();
  clock.advance(60s);
  submit(message("qos", QoS::exactly_once));
  submit(message(std::string(100, 'x')));
  flush();
  EXPECT_EQ(results["qos"].error->wire_code(), 155);
  EXPECT_EQ(error_of(std::string(100, 'x')), Errc::too_large);
  EXPECT_TRUE(outbox.ids.empty()) << "a 202 would become a dead letter";
}

TEST_F(PublisherWithOutboxTest, AStoredMessageKeepsTheQosThatWasAskedForUnderSuspicion) {
  settings.outbox.store_qos0 = true;
  connect();
  submit(message("a", QoS::at_most_once));
  pump();
  disconnect(ConnectionLoss::Kind::closed);
  outcome(0, Kind::interrupted);
  connect();
  submit(message("b", QoS::at_most_once), 1s);
  pump();
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
  flush();
  EXPECT_TRUE(is_stored("a"));
  EXPECT_TRUE(is_stored("b"));
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "b"}));
}

TEST_F(PublisherWithOutboxTest, QosZeroIsNowOrNeverUnlessAskedOtherwise) {
  EXPECT_EQ(refusal_of(message("a", QoS::at_most_once)), Errc::not_connected);
  submit(message("b", QoS::at_most_once), 5s, true);
  flush();
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

TEST_F(PublisherWithOutboxTest, WhenItStopsWhatIsUnsentIsStored) {
  settings.publish.window = 1;
  connect();
  submit(message("sent"));
  submit(message("unsent"));
  pump();
  stop();
  EXPECT_TRUE(is_stored("sent"));
  EXPECT_TRUE(is_stored("unsent"));
  EXPECT_EQ(outbox.stored_payloads(), (Payloads{"sent", "unsent"}));
}

}  // namespace
}  // namespace bridge
