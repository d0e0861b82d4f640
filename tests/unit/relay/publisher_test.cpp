#include "bridge/relay/publisher.h"

#include <gtest/gtest.h>

#include <map>

#include "fakes/manual_clock.h"
#include "fakes/scripted_session.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;
using Payloads = std::vector<std::string>;
using Kind = PublishOutcome::Kind;

Message message(const std::string& payload, QoS qos = QoS::at_least_once) {
  return {.topic_name = "t", .payload = payload, .qos = qos, .retain = false, .properties = {}};
}

/// A publisher whose thread is the test: pump() is one round.
class PublisherTest : public testing::Test {
 protected:
  void connect(const BrokerLimits& limits = {}) { publisher().on_connected(limits); }

  Publisher& publisher() {
    if (!publisher_) publisher_ = std::make_unique<Publisher>(settings, session, clock, counters);
    return *publisher_;
  }

  /// The results are kept by payload.
  void submit(const Message& to_send, std::chrono::milliseconds wait = 5s) {
    publisher().submit(to_send, clock.now() + wait, [this, payload = to_send.payload](PublishResult result) {
      EXPECT_FALSE(results.contains(payload)) << "told twice";
      results[payload] = result;
    });
  }

  std::optional<Errc> error_of(const std::string& payload) {
    if (!results.contains(payload)) {
      ADD_FAILURE() << payload << " has not ended";
      return std::nullopt;
    }
    const auto& error = results[payload].error;
    return error ? std::optional(error->errc()) : std::nullopt;
  }

  Errc refusal_of(const Message& to_send) {
    try {
      submit(to_send);
    } catch (const Error& error) {
      return error.errc();
    }
    ADD_FAILURE() << "was taken";
    return Errc::internal;
  }

  void outcome(std::size_t sent, Kind kind, int reason_code = 0) {
    publisher().on_published(session.sent.at(sent).id, {kind, reason_code});
  }

  Settings settings;
  ScriptedSession session;
  ManualClock clock;
  Counters counters;
  std::map<std::string, PublishResult> results;

 private:
  std::unique_ptr<Publisher> publisher_;
};

TEST_F(PublisherTest, AnswersOnlyWhenTheBrokerHasConfirmed) {
  connect();
  submit(message("a"));
  publisher().pump();
  EXPECT_EQ(session.sent_payloads(), Payloads{"a"});
  EXPECT_TRUE(results.empty());

  outcome(0, Kind::accepted, 16);
  EXPECT_EQ(error_of("a"), std::nullopt);
  EXPECT_EQ(results["a"].reason_code, 16);
}

TEST_F(PublisherTest, RefusesAtOnceWhileTheBrokerIsAway) {
  EXPECT_EQ(refusal_of(message("a", QoS::at_most_once)), Errc::not_connected);
  EXPECT_EQ(refusal_of(message("b", QoS::exactly_once)), Errc::not_connected);
}

TEST_F(PublisherTest, HoldsQos1ForAMomentWhenTheConnectionWasJustLost) {
  connect();
  publisher().on_disconnected();
  EXPECT_EQ(refusal_of(message("now or never", QoS::at_most_once)), Errc::not_connected);
  submit(message("back in time"));
  connect();
  publisher().pump();
  EXPECT_EQ(session.sent_payloads(), Payloads{"back in time"});

  publisher().on_disconnected();
  submit(message("too long"));
  clock.advance(1s);
  publisher().pump();
  EXPECT_EQ(error_of("too long"), Errc::not_connected);
  EXPECT_EQ(refusal_of(message("later")), Errc::not_connected);
}

TEST_F(PublisherTest, SaysUnconfirmedOfWhatWasSentAndQueueFullOfWhatWasNot) {
  settings.publish.window = 1;
  connect();
  submit(message("sent"));
  submit(message("waiting"));
  publisher().pump();
  ASSERT_EQ(session.sent_payloads(), Payloads{"sent"});

  clock.advance(5s);
  publisher().pump();
  EXPECT_EQ(error_of("sent"), Errc::unconfirmed);
  EXPECT_EQ(error_of("waiting"), Errc::queue_full);

  outcome(0, Kind::accepted);
  publisher().pump();
  EXPECT_EQ(session.sent.size(), 1U) << "what was answered as not sent must never be sent";
}

TEST_F(PublisherTest, KeepsTheWindowUntilTheLateOutcomeComes) {
  settings.publish.window = 1;
  connect();
  submit(message("late"), 1s);
  publisher().pump();
  clock.advance(1s);
  publisher().pump();
  submit(message("next"));
  publisher().pump();
  EXPECT_EQ(session.sent.size(), 1U);
  outcome(0, Kind::accepted);
  publisher().pump();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"late", "next"}));
}

TEST_F(PublisherTest, SendsQos1AgainInOrderWhenTheSessionWasLost) {
  connect();
  for (const char* payload : {"1", "2", "3"}) submit(message(payload));
  publisher().pump();
  submit(message("4"));
  for (std::size_t i = 0; i < 3; ++i) outcome(i, Kind::interrupted);
  publisher().on_disconnected();
  publisher().pump();
  EXPECT_TRUE(results.empty());

  connect();
  publisher().pump();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"1", "2", "3", "1", "2", "3", "4"}));
}

TEST_F(PublisherTest, KeepsTheOrderWhenTheSessionIsLostTwice) {
  settings.publish.window = 2;
  connect();
  for (const char* payload : {"1", "2", "3"}) submit(message(payload));
  publisher().pump();
  for (std::size_t i = 0; i < 2; ++i) outcome(i, Kind::interrupted);
  connect({.receive_maximum = 1});
  publisher().pump();
  outcome(2, Kind::interrupted);
  connect();
  publisher().pump();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"1", "2", "1", "1", "2"}));
}

TEST_F(PublisherTest, NeverSaysNotSentOfWhatMayHaveArrivedBefore) {
  connect();
  for (const char* payload : {"limits", "not taken", "refused"}) submit(message(payload));
  publisher().pump();
  for (std::size_t i = 0; i < 3; ++i) outcome(i, Kind::interrupted);
  connect({.maximum_packet_size = 14});  // fits "refused", not "not taken"
  publisher().pump();
  outcome(session.sent.size() - 1, Kind::refused, 151);
  for (const char* payload : {"not taken", "refused"})
    EXPECT_EQ(error_of(payload), Errc::unconfirmed) << payload;
}

TEST_F(PublisherTest, SendsWhatNobodyWantsToWaitFor) {
  connect();
  submit(message("no wait"), 0s);
  publisher().pump();
  EXPECT_EQ(session.sent_payloads(), Payloads{"no wait"});
  EXPECT_EQ(error_of("no wait"), Errc::unconfirmed);
}

TEST_F(PublisherTest, HoldsNoBytesOfWhatHasEnded) {
  settings.publish.queue_bytes = 100;
  settings.publish.window = 1;
  connect();
  const auto fill = [&] {
    submit(message(std::string(40, 'a')), 1s);
    submit(message(std::string(40, 'b')), 1s);
    publisher().pump();
  };
  fill();
  clock.advance(1s);
  publisher().pump();
  outcome(0, Kind::accepted);
  results.clear();
  fill();
  publisher().on_disconnected();
  outcome(1, Kind::interrupted);
  clock.advance(1s);
  publisher().pump();
  results.clear();
  connect();
  fill();
}

TEST_F(PublisherTest, SendsNothingAgainThatMustNotBeSentTwice) {
  connect();
  submit(message("qos 0", QoS::at_most_once));
  submit(message("qos 2", QoS::exactly_once));
  publisher().pump();
  outcome(0, Kind::interrupted);
  outcome(1, Kind::interrupted);
  EXPECT_EQ(error_of("qos 0"), Errc::unconfirmed);
  EXPECT_EQ(error_of("qos 2"), Errc::unconfirmed);
  publisher().pump();
  EXPECT_EQ(session.sent.size(), 2U);
}

TEST_F(PublisherTest, DoesNotSendAgainWhatWasAnsweredMeanwhile) {
  connect();
  submit(message("a"));
  publisher().pump();
  clock.advance(5s);
  publisher().pump();
  outcome(0, Kind::interrupted);
  publisher().pump();
  EXPECT_EQ(error_of("a"), Errc::unconfirmed);
  EXPECT_EQ(session.sent.size(), 1U);
}

TEST_F(PublisherTest, TakesBackWhatTheSessionDidNotTake) {
  connect();
  for (const char* payload : {"1", "2"}) submit(message(payload));
  session.publish_code = -3;
  publisher().pump();
  EXPECT_TRUE(results.empty());
  session.publish_code = 0;
  publisher().on_disconnected();
  connect();
  publisher().pump();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"1", "2"}));
}

TEST_F(PublisherTest, TellsTheCodeOfAClientThatDoesNotTakeTheMessage) {
  connect();
  submit(message("a"));
  session.publish_code = -12;
  publisher().pump();
  EXPECT_EQ(error_of("a"), Errc::not_connected);
  EXPECT_EQ(results["a"].error->wire_code(), -12);
}

TEST_F(PublisherTest, RemembersAForbiddenTopic) {
  connect();
  submit(message("first"));
  submit(message("second"));
  publisher().pump();
  outcome(0, Kind::refused, 135);
  EXPECT_EQ(error_of("first"), Errc::not_authorized);
  EXPECT_EQ(results["first"].error->wire_code(), 135);

  outcome(1, Kind::interrupted);  // the broker has closed the connection on the first one
  publisher().on_disconnected();
  connect();
  submit(message("third", QoS::at_most_once));
  publisher().pump();
  EXPECT_EQ(error_of("second"), Errc::not_authorized);
  EXPECT_EQ(error_of("third"), Errc::not_authorized);
  EXPECT_EQ(session.sent.size(), 2U) << "neither may cost the connection once more";

  clock.advance(10s);
  submit(message("much later"));
  publisher().pump();
  EXPECT_EQ(session.sent.size(), 3U);
}

TEST_F(PublisherTest, SendsNothingIntoAConnectionThatARefusalMayClose) {
  connect();
  submit(message("forbidden"));
  publisher().pump();
  outcome(0, Kind::refused, 135);
  Message other = message("other", QoS::exactly_once);
  other.topic_name = "other";
  submit(other);
  publisher().pump();
  EXPECT_EQ(session.sent.size(), 1U);
  publisher().on_disconnected();
  connect();
  publisher().pump();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"forbidden", "other"}));
}

TEST_F(PublisherTest, WaitsNoSecondTimeForABrokerThatDoesNotClose) {
  connect();
  for (const char* topic : {"x", "y"}) {
    Message forbidden = message("m");
    forbidden.topic_name = topic;
    results.clear();
    submit(forbidden);
    publisher().pump();
    outcome(session.sent.size() - 1, Kind::refused, 135);
    Message other = message("behind " + std::string(topic));
    other.topic_name = "o";
    submit(other);
    if (topic == std::string("x")) clock.advance(100ms);
    publisher().pump();
    EXPECT_EQ(session.sent.back().message.topic_name, "o") << topic;
  }
}

TEST_F(PublisherTest, AsksTheBrokerAboutATopicThatMayHaveCostTheConnection) {
  connect();
  submit(message("lost without a word", QoS::at_most_once));
  publisher().pump();
  outcome(0, Kind::accepted);
  publisher().on_disconnected();
  connect();
  submit(message("asked", QoS::at_most_once));
  submit(message("as usual", QoS::at_most_once));
  publisher().pump();
  ASSERT_EQ(session.sent.size(), 3U);
  EXPECT_EQ(session.sent[1].message.qos, QoS::at_least_once);
  EXPECT_EQ(session.sent[2].message.qos, QoS::at_most_once);
  outcome(1, Kind::refused, 135);
  EXPECT_EQ(error_of("asked"), Errc::not_authorized);
  publisher().on_disconnected();
  connect();
  submit(message("known", QoS::at_most_once));
  publisher().pump();
  EXPECT_EQ(error_of("known"), Errc::not_authorized);
}

TEST_F(PublisherTest, AsksNoBrokerThatCannotAnswer) {
  const BrokerLimits old = {.protocol_version = 4};
  connect(old);
  submit(message("a", QoS::at_most_once));
  publisher().pump();
  publisher().on_disconnected();
  connect(old);
  submit(message("b", QoS::at_most_once));
  publisher().pump();
  EXPECT_EQ(session.sent[1].message.qos, QoS::at_most_once);
}

TEST_F(PublisherTest, PassesOnWhatElseTheBrokerSays) {
  connect();
  submit(message("a"));
  publisher().pump();
  outcome(0, Kind::refused, 151);
  EXPECT_EQ(error_of("a"), Errc::broker_refused);
  EXPECT_EQ(results["a"].error->wire_code(), 151);
}

TEST_F(PublisherTest, BoundsTheQueueInMessagesAndBytes) {
  settings.publish.queue_messages = 2;
  settings.publish.queue_bytes = 100;
  connect();
  submit(message(std::string(50, '1')));
  EXPECT_EQ(refusal_of(message(std::string(50, '2'))), Errc::queue_full);
  Message properties = message("");
  properties.properties.user_properties = {{"name", std::string(50, '3')}};
  EXPECT_EQ(refusal_of(properties), Errc::queue_full) << "properties are bytes too";
  submit(message("4"));
  EXPECT_EQ(refusal_of(message("5")), Errc::queue_full);
  EXPECT_EQ(counters.publish_queue_full.value(), 3U);

  publisher().pump();
  submit(message("6"));
  EXPECT_EQ(refusal_of(message(std::string(50, '7'))), Errc::queue_full) << "what is in flight is held too";
  outcome(0, Kind::accepted);
  submit(message(std::string(50, '7')));
}

TEST_F(PublisherTest, HandsOverNoMoreThanTheBrokersReceiveMaximum) {
  connect({.receive_maximum = 2});
  for (const char* payload : {"1", "2", "3"}) submit(message(payload));
  publisher().pump();
  EXPECT_EQ(session.sent.size(), 2U);
}

TEST_F(PublisherTest, KeepsTheLimitsThatTheBrokerSaidInItsConnack) {
  connect({.maximum_qos = QoS::at_least_once, .retain_available = false, .maximum_packet_size = 100});
  Message retained = message("retained");
  retained.retain = true;
  submit(message("qos", QoS::exactly_once));
  submit(retained);
  submit(message(std::string(100, 'x')));
  publisher().pump();
  EXPECT_EQ(results["qos"].error->wire_code(), 155);
  EXPECT_EQ(results["retained"].error->wire_code(), 154);
  EXPECT_EQ(error_of(std::string(100, 'x')), Errc::too_large);
  EXPECT_TRUE(session.sent.empty());
}

TEST_F(PublisherTest, LetsNothingInvalidNearTheClient) {
  settings.mqtt.allow_dollar_topics = {"$mine/#"};
  connect();
  Message invalid = message("");
  invalid.topic_name = "a/#";
  EXPECT_EQ(refusal_of(invalid), Errc::invalid_topic_name);
  invalid.topic_name = "$SYS/x";
  EXPECT_EQ(refusal_of(invalid), Errc::reserved_topic);
  invalid.topic_name = "$mine/x";
  submit(invalid);
  Message properties = message("p");
  properties.properties.response_topic = "a/+";
  EXPECT_EQ(refusal_of(properties), Errc::invalid_field);
  properties = message("\xFF");
  properties.properties.payload_format_indicator = 1;
  EXPECT_EQ(refusal_of(properties), Errc::invalid_field);
}

TEST_F(PublisherTest, EndsEverythingWhenItStops) {
  connect();
  submit(message("sent"));
  publisher().pump();
  submit(message("waiting"));
  publisher().stop();
  EXPECT_EQ(error_of("sent"), Errc::unconfirmed);
  EXPECT_EQ(error_of("waiting"), Errc::shutting_down);
  EXPECT_EQ(refusal_of(message("late")), Errc::shutting_down);
}

}  // namespace
}  // namespace bridge
