// Messages that the broker does not acknowledge, while it acknowledges others.
#include <gtest/gtest.h>

#include "bridge/core/reason_code.h"
#include "publisher_with_outbox.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

class PublisherUnansweredTest : public PublisherWithOutboxTest {
 protected:
  void unanswered(std::size_t sent) {
    publisher().on_unanswered(*session.sent.at(sent).outgoing);
    settle_down();
  }
};

TEST_F(PublisherUnansweredTest, GivesItsPlaceInTheWindowBack) {
  settings.publish.window = 1;
  connect();
  submit(message("mute", QoS::exactly_once), 60s);
  submit(message("next"), 60s);
  settle_down();
  EXPECT_EQ(session.sent_payloads(), Payloads{"mute"});
  unanswered(0);
  EXPECT_EQ(session.sent_payloads(), (Payloads{"mute", "next"}));
  EXPECT_EQ(publisher().conditions().size(), 1U);
  outcome(0, Kind::accepted);
  pump();
  EXPECT_FALSE(error_of("mute")) << "late, but after all";
  EXPECT_TRUE(publisher().conditions().empty());
}

TEST_F(PublisherUnansweredTest, ABrokerThatAcknowledgesNothingIsToldOf) {
  connect();
  submit(message("m"), 60s);
  settle_down();
  EXPECT_TRUE(publisher().conditions().empty());
  clock.advance(3 * settings.mqtt.ack_timeout);
  pump();
  EXPECT_EQ(publisher().conditions(), (std::vector<std::string>{"the broker acknowledges no message"}));
  outcome(0, Kind::accepted);
  pump();
  EXPECT_TRUE(publisher().conditions().empty());
}

TEST_F(PublisherUnansweredTest, IsADeadLetterAfterThreeConnections) {
  store("mute");
  connect();
  settle_down();
  for (int i = 0; i < 2; ++i) {
    unanswered(0);
    EXPECT_TRUE(session.abandoned.empty());
    disconnect();
    connect();  // the session sends it again
    settle_down();
  }
  Outgoing* const mute = session.sent.at(0).outgoing;
  unanswered(0);
  EXPECT_EQ(session.abandoned, std::vector<Outgoing*>{mute});
  ASSERT_EQ(outbox.dead.size(), 1U);
  EXPECT_EQ(outbox.dead[0].reason_code, reason_code::implementation_specific_error);
  EXPECT_TRUE(outbox.stored.empty());
}

TEST_F(PublisherUnansweredTest, WithoutAnOutboxItsCallerIsToldThatNothingIsKnown) {
  outbox_in_use = nullptr;
  connect();
  submit(message("mute"), 1h);
  pump();
  for (int i = 0; i < 3; ++i) publisher().on_unanswered(*session.sent.at(0).outgoing);
  pump();
  EXPECT_EQ(session.abandoned.size(), 1U);
  EXPECT_EQ(error_of("mute"), Errc::unconfirmed);
}

TEST_F(PublisherUnansweredTest, AreNotMoreThanAWindow) {
  settings.publish.window = 2;
  connect();
  for (const char* payload : {"1", "2", "3"}) {
    submit(message(payload), 1h);
    settle_down();
    unanswered(session.sent.size() - 1);
  }
  ASSERT_EQ(session.abandoned.size(), 1U) << "the first of them";
  EXPECT_EQ(error_of("1"), Errc::unconfirmed);
}

}  // namespace
}  // namespace bridge
