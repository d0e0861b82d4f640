#include "bridge/relay/publisher.h"

#include <gtest/gtest.h>

#include "publisher_fixture.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

/// Messages are in flight when the connection is lost, or when the broker closes it at one of them.
using PublisherLossTest = PublisherTest;

TEST_F(PublisherLossTest, HoldsQos1ForAMomentWhenTheConnectionWasJustLost) {
  connect();
  disconnect();
  EXPECT_EQ(refusal_of(message("now or never", QoS::at_most_once)), Errc::not_connected);
  submit(message("back in time"));
  connect();
  pump();
  EXPECT_EQ(session.sent_payloads(), Payloads{"back in time"});

  disconnect();
  submit(message("too long"));
  clock.advance(1s);
  pump();
  EXPECT_EQ(error_of("too long"), Errc::not_connected);
  EXPECT_EQ(refusal_of(message("later")), Errc::not_connected);
}

TEST_F(PublisherLossTest, SendsQos1AgainInOrderWhenTheSessionWasLost) {
  connect();
  for (const char* payload : {"1", "2", "3"}) submit(message(payload));
  pump();
  submit(message("4"));
  for (std::size_t i = 0; i < 3; ++i) outcome(i, Kind::interrupted);
  disconnect();
  pump();
  EXPECT_TRUE(results.empty());

  connect();
  pump();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"1", "2", "3", "1", "2", "3", "4"}));
}

TEST_F(PublisherLossTest, KeepsTheOrderWhenTheSessionIsLostTwice) {
  settings.publish.window = 2;
  connect();
  for (const char* payload : {"1", "2", "3"}) submit(message(payload));
  pump();
  for (std::size_t i = 0; i < 2; ++i) outcome(i, Kind::interrupted);
  connect();
  session.receive_maximum = 1;
  pump();
  session.receive_maximum = 2;
  outcome(2, Kind::interrupted);
  connect();
  pump();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"1", "2", "1", "1", "2"}));
}

TEST_F(PublisherLossTest, NeverSaysNotSentOfWhatMayHaveArrivedBefore) {
  connect();
  for (const char* payload : {"limits", "not taken", "refused"}) submit(message(payload));
  pump();
  for (std::size_t i = 0; i < 3; ++i) outcome(i, Kind::interrupted);
  connect({.maximum_packet_size = 14});  // fits "refused", not "not taken"
  pump();
  outcome(session.sent.size() - 1, Kind::refused, 151);
  for (const char* payload : {"not taken", "refused"})
    EXPECT_EQ(error_of(payload), Errc::unconfirmed) << payload;
}

TEST_F(PublisherLossTest, FreesTheBytesOfMessagesThatHaveEnded) {
  settings.publish.queue_bytes = 100;
  settings.publish.window = 1;
  connect();
  const auto fill = [&] {
    submit(message(std::string(40, 'a')), 1s);
    submit(message(std::string(40, 'b')), 1s);
    pump();
  };
  fill();
  clock.advance(1s);
  pump();
  outcome(0, Kind::accepted);
  results.clear();
  fill();
  disconnect();
  outcome(1, Kind::interrupted);
  clock.advance(1s);
  pump();
  results.clear();
  connect();
  fill();
  EXPECT_TRUE(results.empty()) << "bytes of messages that have ended still took room";
}

TEST_F(PublisherLossTest, SendsNothingAgainThatMustNotBeSentTwice) {
  connect();
  submit(message("qos 0", QoS::at_most_once));
  submit(message("qos 2", QoS::exactly_once));
  pump();
  outcome(0, Kind::interrupted);
  outcome(1, Kind::interrupted);
  EXPECT_EQ(error_of("qos 0"), Errc::unconfirmed);
  EXPECT_EQ(error_of("qos 2"), Errc::unconfirmed);
  pump();
  EXPECT_EQ(session.sent.size(), 2U);
}

TEST_F(PublisherLossTest, DoesNotSendAgainWhatWasAnsweredMeanwhile) {
  connect();
  submit(message("a"));
  pump();
  clock.advance(5s);
  pump();
  outcome(0, Kind::interrupted);
  pump();
  EXPECT_EQ(error_of("a"), Errc::unconfirmed);
  EXPECT_EQ(session.sent.size(), 1U);
}

TEST_F(PublisherLossTest, TakesBackWhatTheSessionDidNotBegin) {
  connect();
  for (const char* payload : {"1", "2"}) submit(message(payload));
  pump();
  for (const std::size_t i : {0U, 1U}) outcome(i, Kind::unsent);
  EXPECT_TRUE(results.empty());
  disconnect();
  submit(message("3"));
  connect();
  pump();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"1", "2", "1", "2", "3"}));
}

TEST_F(PublisherLossTest, SaysNotSentOfQos0ThatTheSessionDidNotBegin) {
  connect();
  submit(message("qos 0", QoS::at_most_once));
  pump();
  outcome(0, Kind::unsent);
  EXPECT_EQ(error_of("qos 0"), Errc::not_connected);
}

TEST_F(PublisherLossTest, SaysNotSentOfWhatWasNeverBegunWhenTheBrokerStaysAway) {
  connect();
  submit(message("unsent"), 60s);
  pump();
  outcome(0, Kind::unsent);
  disconnect();
  clock.advance(1s);
  pump();
  EXPECT_EQ(error_of("unsent"), Errc::not_connected);
}

TEST_F(PublisherLossTest, SaysUnconfirmedOfWhatExpiredWhileItWaitedToBeSentAgain) {
  connect();
  submit(message("expired"));
  pump();
  disconnect();
  outcome(0, Kind::expired);
  EXPECT_EQ(error_of("expired"), Errc::unconfirmed) << "it may have arrived the first time";
}

TEST_F(PublisherLossTest, RemembersAForbiddenTopic) {
  connect();
  submit(message("first"));
  submit(message("second"));
  pump();
  outcome(0, Kind::refused, 135);
  EXPECT_EQ(error_of("first"), Errc::not_authorized);
  EXPECT_EQ(results["first"].error->wire_code(), 135);

  outcome(1, Kind::interrupted);  // the broker has closed the connection on the first one
  disconnect();
  connect();
  submit(message("third", QoS::at_most_once));
  pump();
  EXPECT_EQ(error_of("second"), Errc::not_authorized);
  EXPECT_EQ(error_of("third"), Errc::not_authorized);
  EXPECT_EQ(session.sent.size(), 2U) << "neither may cost the connection once more";

  clock.advance(10s);
  submit(message("much later"));
  pump();
  EXPECT_EQ(session.sent.size(), 3U);
}

TEST_F(PublisherLossTest, SendsNothingIntoAConnectionThatARefusalMayClose) {
  connect();
  submit(message("forbidden"));
  pump();
  outcome(0, Kind::refused, 135);
  Message other = message("other", QoS::exactly_once);
  other.topic_name = "other";
  submit(other);
  pump();
  EXPECT_EQ(session.sent.size(), 1U);
  disconnect();
  connect();
  pump();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"forbidden", "other"}));
}

TEST_F(PublisherLossTest, WaitsNoSecondTimeForABrokerThatDoesNotClose) {
  connect();
  for (const char* topic : {"x", "y"}) {
    Message forbidden = message("m");
    forbidden.topic_name = topic;
    results.clear();
    submit(forbidden);
    pump();
    outcome(session.sent.size() - 1, Kind::refused, 135);
    Message other = message("behind " + std::string(topic));
    other.topic_name = "o";
    submit(other);
    if (topic == std::string("x")) clock.advance(100ms);
    pump();
    EXPECT_EQ(session.sent.back().message.topic_name, "o") << topic;
  }
}

TEST_F(PublisherLossTest, AsksTheBrokerAboutATopicThatMayHaveCostTheConnection) {
  connect();
  submit(message("lost without a word", QoS::at_most_once));
  pump();
  outcome(0, Kind::accepted);
  disconnect(ConnectionLoss::Kind::closed);
  connect();
  submit(message("asked", QoS::at_most_once));
  submit(message("as usual", QoS::at_most_once));
  pump();
  ASSERT_EQ(session.sent.size(), 3U);
  EXPECT_EQ(session.sent[1].message.qos, QoS::at_least_once);
  EXPECT_EQ(session.sent[2].message.qos, QoS::at_most_once);
  outcome(1, Kind::refused, 135);
  EXPECT_EQ(error_of("asked"), Errc::not_authorized);
  disconnect();
  connect();
  submit(message("known", QoS::at_most_once));
  pump();
  EXPECT_EQ(error_of("known"), Errc::not_authorized);
}

TEST_F(PublisherLossTest, AsksNoBrokerThatCannotAnswer) {
  const BrokerLimits old = {.protocol_version = 4};
  connect(old);
  submit(message("a", QoS::at_most_once));
  pump();
  disconnect();
  connect(old);
  submit(message("b", QoS::at_most_once));
  pump();
  EXPECT_EQ(session.sent[1].message.qos, QoS::at_most_once);
}

}  // namespace
}  // namespace bridge
