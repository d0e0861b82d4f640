#include "bridge/relay/publisher.h"

#include <gtest/gtest.h>

#include "publisher_fixture.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

TEST_F(PublisherTest, AnswersOnlyWhenTheBrokerHasConfirmed) {
  connect();
  submit(message("a"));
  pump();
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

TEST_F(PublisherTest, IsConnectedWhenItSendsQos0) {
  EXPECT_FALSE(publisher().is_connected());
  connect();
  EXPECT_TRUE(publisher().is_connected());
  submit(message("a", QoS::at_most_once));
  disconnect();
  EXPECT_FALSE(publisher().is_connected());
  EXPECT_EQ(refusal_of(message("b", QoS::at_most_once)), Errc::not_connected);
}

TEST_F(PublisherTest, SaysUnconfirmedOfWhatWasSentAndQueueFullOfWhatWasNot) {
  settings.publish.window = 1;
  connect();
  submit(message("sent"));
  submit(message("waiting"));
  pump();
  ASSERT_EQ(session.sent_payloads(), Payloads{"sent"});

  clock.advance(5s);
  pump();
  EXPECT_EQ(error_of("sent"), Errc::unconfirmed);
  EXPECT_EQ(error_of("waiting"), Errc::queue_full);

  outcome(0, Kind::accepted);
  pump();
  EXPECT_EQ(session.sent.size(), 1U) << "what was answered as not sent must never be sent";
}

TEST_F(PublisherTest, KeepsTheWindowUntilTheLateOutcomeComes) {
  settings.publish.window = 1;
  connect();
  submit(message("late"), 1s);
  pump();
  clock.advance(1s);
  pump();
  submit(message("next"));
  pump();
  EXPECT_EQ(session.sent.size(), 1U);
  outcome(0, Kind::accepted);
  pump();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"late", "next"}));
}

TEST_F(PublisherTest, SendsWhatNobodyWantsToWaitFor) {
  connect();
  submit(message("no wait"), 0s);
  pump();
  EXPECT_EQ(session.sent_payloads(), Payloads{"no wait"});
  EXPECT_EQ(error_of("no wait"), Errc::unconfirmed);
}

TEST_F(PublisherTest, PassesOnWhatElseTheBrokerSays) {
  connect();
  submit(message("a"));
  pump();
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

  pump();
  submit(message("6"));
  EXPECT_EQ(refusal_of(message(std::string(50, '7'))), Errc::queue_full) << "what is in flight is held too";
  outcome(0, Kind::accepted);
  submit(message(std::string(50, '7')));
}

TEST_F(PublisherTest, HandsOverNoMoreThanTheSessionTakes) {
  connect();
  session.receive_maximum = 2;
  for (const char* payload : {"1", "2", "3"}) submit(message(payload));
  pump();
  EXPECT_EQ(session.sent.size(), 2U);
}

TEST_F(PublisherTest, KeepsTheLimitsThatTheBrokerSaidInItsConnack) {
  connect({.maximum_qos = QoS::at_least_once, .retain_available = false, .maximum_packet_size = 100});
  Message retained = message("retained");
  retained.retain = true;
  submit(message("qos", QoS::exactly_once));
  submit(retained);
  submit(message(std::string(100, 'x')));
  pump();
  EXPECT_EQ(results["qos"].error->wire_code(), 155);
  EXPECT_EQ(results["retained"].error->wire_code(), 154);
  EXPECT_EQ(error_of(std::string(100, 'x')), Errc::too_large);
  EXPECT_TRUE(session.sent.empty());
}

TEST_F(PublisherTest, RefusesTopicsThatRabbitmqRenamesWhereTheSettingSaysSo) {
  settings.mqtt.refuse_renamed_topics = true;
  connect();
  for (const char* topic : {"a.b", "a/*"}) {
    Message renamed = message("m");
    renamed.topic_name = topic;
    EXPECT_EQ(error_at(renamed).errc(), Errc::invalid_topic_name) << topic;
    EXPECT_NE(std::string(error_at(renamed).what()).find("mqtt.refuse_renamed_topics"), std::string::npos);
  }
  submit(message("plain"));
  pump();
  EXPECT_EQ(session.sent.size(), 1U);
}

TEST_F(PublisherTest, LetsNothingInvalidNearTheClient) {
  settings.mqtt.allow_dollar_topics = {"$mine/#"};
  connect();
  Message invalid = message("");
  invalid.topic_name = "a/#";
  EXPECT_EQ(error_at(invalid).errc(), Errc::invalid_topic_name);
  invalid.topic_name = "$SYS/x";
  EXPECT_EQ(error_at(invalid).errc(), Errc::reserved_topic);
  EXPECT_NE(std::string(error_at(invalid).what()).find("mqtt.allow_dollar_topics"), std::string::npos);
  invalid.topic_name = "$mine/x";
  submit(invalid);
  Message properties = message("p");
  properties.properties.response_topic = "a/+";
  EXPECT_EQ(error_at(properties).errc(), Errc::invalid_field);
  properties = message("\xFF");
  properties.properties.payload_format_indicator = 1;
  EXPECT_EQ(error_at(properties).errc(), Errc::invalid_field);
}

TEST_F(PublisherTest, EndsEverythingWhenItStops) {
  connect();
  submit(message("sent"));
  pump();
  submit(message("waiting"));
  stop();
  EXPECT_EQ(error_of("sent"), Errc::unconfirmed);
  EXPECT_EQ(error_of("waiting"), Errc::shutting_down);
  EXPECT_EQ(refusal_of(message("late")), Errc::shutting_down);
}

}  // namespace
}  // namespace bridge
