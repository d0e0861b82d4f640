#include "bridge/relay/waiting_room.h"

#include <gtest/gtest.h>

#include "closing_broker.h"

namespace bridge {
namespace {

/// An operator looks at the messages that wait, and ends some of them.
template <typename Base>
class Looking : public Base {
 protected:
  std::vector<WaitingMessage> shown(std::size_t limit = 100, Sequence after = 0) {
    std::optional<WaitingMessages> all;
    room().show(after, limit, [&](std::optional<WaitingMessages> what) { all = std::move(what); });
    this->flush();
    if (!all) return {};
    next = all->next;
    return std::move(all->messages);
  }
  WaitingMessage shown_of(const std::string& payload) {
    for (WaitingMessage& one : shown())
      if (one.entry.id == this->results[payload].id) return std::move(one);
    ADD_FAILURE() << payload << " does not wait";
    return {};
  }
  /// Asks for the end of a message; the result will be in `ends`.
  void ask_to_end(const std::string& payload) {
    room().withdraw(this->results[payload].id, [this, payload](Withdrawal end) { ends[payload] = end; });
  }
  std::optional<Withdrawal> end(const std::string& payload) {
    ask_to_end(payload);
    this->flush();
    return ends.contains(payload) ? std::optional(ends[payload]) : std::nullopt;
  }
  WaitingRoom& room() {
    if (!room_) room_ = std::make_unique<WaitingRoom>(this->publisher(), this->counters);
    return *room_;
  }

  std::optional<Sequence> next;
  std::map<std::string, Withdrawal> ends;

 private:
  std::unique_ptr<WaitingRoom> room_;
};

using WaitingRoomTest = Looking<PublisherWithOutboxTest>;
using PoisonedWaitingRoomTest = Looking<ClosingBrokerTest>;

TEST_F(WaitingRoomTest, ShowsWhatWaitsForAnAbsentBrokerPartByPart) {
  for (const char* payload : {"a", "b", "c"}) store(payload);
  const auto first = shown(2);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].entry.id, results["a"].id);
  EXPECT_EQ(first[0].entry.topic_name, "t");
  EXPECT_EQ(first[0].attempts, 0);
  EXPECT_EQ(first[0].last_reason, "");
  ASSERT_TRUE(next.has_value());
  const auto second = shown(2, *next);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].entry.id, results["c"].id);
  EXPECT_FALSE(next.has_value());
}

TEST_F(WaitingRoomTest, SaysSoWhereTheDiskCannotBeRead) {
  store("a");
  outbox.unreadable = true;
  bool is_empty = false;
  room().show(0, 10, [&](const std::optional<WaitingMessages>& what) { is_empty = !what; });
  flush();
  EXPECT_TRUE(is_empty);
  EXPECT_EQ(end("a"), Withdrawal::failed);
}

TEST_F(WaitingRoomTest, AMessageThatWaitsOnTheDiskIsEndedAndNeverSent) {
  store("a");
  store("b");
  EXPECT_EQ(end("a"), Withdrawal::unsent);
  EXPECT_EQ(end("a"), Withdrawal::gone);
  connect();
  settle_down();
  EXPECT_EQ(session.sent_payloads(), Payloads{"b"});
}

TEST_F(WaitingRoomTest, AMessageThatWasReadBackIsEndedAndNeverSent) {
  store("a");
  store("b");
  session.room_at_all = false;
  connect();
  settle_down();
  EXPECT_EQ(end("a"), Withdrawal::unsent);
  session.room_at_all = true;
  settle_down();
  EXPECT_EQ(session.sent_payloads(), Payloads{"b"});
}

TEST_F(WaitingRoomTest, AMessageThatIsBeingReadBackMeanwhileIsNeverSent) {
  store("a");
  session.room_at_all = false;
  ask_to_end("a");
  loop.run();
  outbox.flush_one();  // it is found
  connect();
  pump();  // it is read, and only then withdrawn
  flush();
  EXPECT_EQ(ends.at("a"), Withdrawal::unsent);
  session.room_at_all = true;
  settle_down();
  EXPECT_EQ(session.sent_payloads(), Payloads{});
}

TEST_F(WaitingRoomTest, AMessageInFlightIsNotSentAgainAndMayArrive) {
  store("a");
  connect();
  settle_down();
  EXPECT_EQ(shown_of("a").attempts, 1);
  EXPECT_EQ(end("a"), Withdrawal::sent);
  EXPECT_TRUE(outbox.stored.empty());
  interrupt_all();
  connect();
  settle_down();
  EXPECT_EQ(session.sent_payloads(), Payloads{"a"}) << "once, and not again";
  submit(message("next"));
  settle_down();
  outcome(1, Kind::accepted);
  EXPECT_EQ(error_of("next"), std::nullopt) << "nothing waits for what was ended";
}

TEST_F(WaitingRoomTest, AMessageOfQosZeroThatIsNotKnownToHaveArrivedMayArrive) {
  settings.outbox.store_qos0 = true;
  submit(message("a", QoS::at_most_once));
  flush();
  connect();
  settle_down();
  outcome(0, Kind::accepted);
  settle_down();
  EXPECT_EQ(end("a"), Withdrawal::sent);
  interrupt_all();
  connect();
  settle_down();
  EXPECT_EQ(session.sent_payloads(), Payloads{"a"});
}

TEST_F(WaitingRoomTest, AnAcknowledgementThatComesWhileItIsBeingEndedIsTheTruth) {
  store("a");
  connect();
  settle_down();
  ask_to_end("a");
  loop.run();
  outbox.flush_one();  // the disk has withdrawn it
  outcome(0, Kind::accepted);
  flush();
  EXPECT_EQ(ends.at("a"), Withdrawal::gone);
}

TEST_F(WaitingRoomTest, WhatTheBrokerHasTakenIsGoneThoughTheDiskStillHasIt) {
  store("a");
  connect();
  settle_down();
  outcome(0, Kind::accepted);
  EXPECT_EQ(end("a"), Withdrawal::gone);
  settle_down();
  EXPECT_EQ(publisher().at_rest(), true);
}

TEST_F(WaitingRoomTest, WhatTheDiskCannotForgetNowGoesOnWaiting) {
  store("a");
  connect();
  session.room_at_all = false;
  settle_down();
  outbox.answer = AppendStatus::failed;
  EXPECT_EQ(end("a"), Withdrawal::failed);
  outbox.answer = AppendStatus::stored;
  session.room_at_all = true;
  settle_down();
  EXPECT_EQ(session.sent_payloads(), Payloads{"a"});
}

TEST_F(WaitingRoomTest, CountsWhatTheSessionSendsAgainAndSaysWhy) {
  store("a");
  connect();
  settle_down();
  disconnect();
  connect();
  settle_down();
  EXPECT_EQ(shown_of("a").attempts, 2);
  EXPECT_EQ(shown_of("a").last_reason, "the connection was lost while it was in flight");
}

TEST_F(WaitingRoomTest, NamesTheReasonCodeOfARefusalForNow) {
  store("a");
  connect();
  settle_down();
  outcome(0, Kind::refused, 151);
  EXPECT_EQ(shown_of("a").last_reason, "the broker refused it for now (Reason Code 151)");
  EXPECT_EQ(end("a"), Withdrawal::sent);
  clock.advance(std::chrono::minutes(1));
  settle_down();
  EXPECT_EQ(session.sent_payloads(), Payloads{"a"});
}

TEST_F(WaitingRoomTest, AMessageThatTheBrokerNeverAcknowledgesCanBeEnded) {
  store("a");
  connect();
  settle_down();
  publisher().on_unanswered(*session.sent[0].outgoing);
  EXPECT_EQ(shown_of("a").last_reason, "the broker acknowledges others, and not this message");
  EXPECT_EQ(end("a"), Withdrawal::sent);
  settle_down();
  EXPECT_EQ(outbox.dead.size(), 0U);
}

TEST_F(WaitingRoomTest, IsAskedByFewAtATime) {
  store("a");
  std::size_t answered = 0;
  for (std::size_t i = 0; i < WaitingRoom::most_at_once; i += 2) {
    room().show(0, 10, [&](const auto&) { ++answered; });
    room().withdraw("unknown", [&](Withdrawal) { ++answered; });
  }
  EXPECT_THROW(room().show(0, 10, [](const auto&) {}), Error);
  EXPECT_THROW(room().withdraw(results["a"].id, [](Withdrawal) {}), Error);
  EXPECT_EQ(counters.outbox_busy.value(), 2U);
  flush();
  EXPECT_EQ(answered, WaitingRoom::most_at_once);
  EXPECT_EQ(outbox.stored.size(), 1U);
  EXPECT_NO_THROW(room().show(0, 10, [](const auto&) {}));
}

/// A suspect that waits for its trial is neither in flight nor on its way to the disk.
TEST_F(PoisonedWaitingRoomTest, AHeldMessageIsShownWithItsReasonAndCanBeEnded) {
  submit(to("bad", "poison"));
  submit(to("good", "before"));
  flush();
  for (const char* payload : {"poison", "before"}) ASSERT_TRUE(is_stored(payload)) << payload;
  connect(limits);
  for (int i = 0; i < 200 && losses < 2; ++i) run(turn);
  ASSERT_EQ(losses, 2);
  submit(to("bad", "behind"), std::chrono::seconds(5), true);
  run(turn);
  const WaitingMessage held = shown_of("poison");
  EXPECT_GE(held.attempts, 2);
  EXPECT_EQ(
      held.last_reason,
      "the connection was lost while it was in flight, 2 times; the broker may close it at this message, "
      "which is sent alone");
  EXPECT_EQ(end("poison"), Withdrawal::sent);
  run(std::chrono::seconds(5));
  EXPECT_EQ(losses, 2) << "the connection that its trial would have cost";
  for (const char* payload : {"before", "behind"}) EXPECT_TRUE(was_taken(payload)) << payload;
  EXPECT_EQ(outbox.dead.size(), 0U);
}

}  // namespace
}  // namespace bridge
