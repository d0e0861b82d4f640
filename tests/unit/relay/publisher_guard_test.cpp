#include <gtest/gtest.h>

#include "bridge/core/reason_code.h"
#include "publisher_fixture.h"
#include "suspects.h"
#include "topic_guard.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

/// A broker that closes the connection at each topic that it forbids, and a caller who goes through them.
class PublisherGuardTest : public PublisherTest {
 protected:
  static Message to(const std::string& topic, QoS qos = QoS::at_least_once) {
    Message to_send = message(topic, qos);
    to_send.topic_name = topic;
    return to_send;
  }
  void send(const Message& to_send) {
    submit(to_send);
    pump();
  }
  void answer(Kind kind, int reason_code = 0) { outcome(session.sent.size() - 1, kind, reason_code); }
  void lose_and_connect() {
    disconnect(ConnectionLoss::Kind::closed);
    connect();
    pump();
  }
  /// Goes on until new topics are held back. The topic "known" is not new.
  void go_through_forbidden_topics() {
    connect();
    send(to("known"));
    answer(Kind::accepted);
    for (int i = 0; i <= TopicGuard::losses_until_up; ++i) {  // the last one is the first question
      send(to("secret/" + std::to_string(i)));
      answer(Kind::refused, reason_code::not_authorized);
      lose_and_connect();
    }
  }
};

TEST_F(PublisherGuardTest, HoldsNewTopicsBackAndSendsThoseThatWereAccepted) {
  go_through_forbidden_topics();
  const std::size_t sent = session.sent.size();
  send(to("new/1"));
  send(to("new/0", QoS::at_most_once));
  EXPECT_EQ(session.sent.size(), sent);
  EXPECT_EQ(error_of("new/1"), Errc::queue_full);
  EXPECT_EQ(error_of("new/0"), Errc::queue_full);
  results.clear();
  send(to("known", QoS::at_most_once));
  answer(Kind::accepted);
  EXPECT_EQ(error_of("known"), std::nullopt);
}

TEST_F(PublisherGuardTest, AsksTheBrokerAboutANewTopicAfterAWhileAlsoAtQos0) {
  go_through_forbidden_topics();
  clock.advance(TopicGuard::after_bad_answer);
  send(to("new", QoS::at_most_once));
  ASSERT_EQ(session.sent.back().message.topic_name, "new");
  EXPECT_EQ(session.sent.back().message.qos, QoS::at_least_once) << "QoS 0 has no answer";
  answer(Kind::accepted);
  EXPECT_EQ(error_of("new"), std::nullopt);
  results.clear();
  send(to("new", QoS::at_most_once));
  EXPECT_EQ(session.sent.back().message.qos, QoS::at_most_once);
}

TEST_F(PublisherGuardTest, DoesNotTakeATopicForAcceptedBecauseItWasWritten) {
  connect();
  for (int i = 0; i < TopicGuard::losses_until_up; ++i) {
    send(to("secret/" + std::to_string(i), QoS::at_most_once));
    answer(Kind::accepted);
    lose_and_connect();
  }
  send(to("secret/question", QoS::at_most_once));
  answer(Kind::interrupted);
  lose_and_connect();
  results.clear();
  send(to("secret/0", QoS::at_most_once));
  EXPECT_EQ(error_of("secret/0"), Errc::queue_full);
}

TEST_F(PublisherGuardTest, StoresNothingThatIsHeldBack) {
  outbox_in_use = &outbox;
  go_through_forbidden_topics();
  flush();
  submit(to("new"), 5s, true);
  EXPECT_EQ(error_of("new"), Errc::queue_full);
}

TEST_F(PublisherGuardTest, CountsLossesHalfWhereAStoredMessageOfQos0MayBeToBlame) {
  settings.outbox.store_qos0 = true;
  outbox_in_use = &outbox;
  connect();
  submit(to("stored", QoS::at_most_once), 5s, true);
  flush();
  pump();
  flush();
  pump();
  ASSERT_EQ(session.sent_payloads(), Payloads{"stored"});
  answer(Kind::accepted);
  for (int i = 0; i < TopicGuard::losses_until_up; ++i) {
    send(to("new/" + std::to_string(i), QoS::at_most_once));
    answer(Kind::accepted);
    lose_and_connect();
    if (session.sent.back().message.payload == "stored") answer(Kind::accepted);
  }
  const std::size_t sent = session.sent.size();
  for (const char* const topic : {"fresh/1", "fresh/2"}) send(to(topic));
  EXPECT_EQ(session.sent.size(), sent + 2) << "two losses count half: it was in flight";
}

TEST_F(PublisherGuardTest, SendsAgainAloneWhatWasInFlightWhenNewTopicsWereHeldBack) {
  connect();
  for (int i = 1; i < TopicGuard::losses_until_up; ++i) {
    send(to("secret/" + std::to_string(i)));
    answer(Kind::refused, reason_code::not_authorized);
    lose_and_connect();
  }
  for (const char* const topic : {"new/1", "new/2", "secret/last"}) send(to(topic));
  answer(Kind::refused, reason_code::not_authorized);
  disconnect(ConnectionLoss::Kind::closed);
  for (const std::size_t back : {3U, 2U}) outcome(session.sent.size() - back, Kind::interrupted);
  connect();
  const std::size_t sent = session.sent.size();
  send(to("question"));
  send(to("new/3"));
  EXPECT_EQ(error_of("new/3"), Errc::queue_full) << "new topics are held back";
  answer(Kind::accepted);
  for (const std::size_t count : {2U, 3U}) {
    clock.advance(Suspects::first_pause);
    pump();
    ASSERT_EQ(session.confirmations.size(), 1U) << "the broker reads all earlier messages first";
    session.answer_confirmation();
    pump();
    ASSERT_EQ(session.sent.size(), sent + count) << "one at a time";
    answer(Kind::accepted);
  }
  for (const char* const topic : {"new/1", "new/2"}) EXPECT_EQ(error_of(topic), std::nullopt);
}

}  // namespace
}  // namespace bridge
