// A stop while stored messages are sent: those in flight are awaited, the others are left to the next
// process.
#include <gtest/gtest.h>

#include "publisher_with_outbox.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

class PublisherLeavingTest : public PublisherWithOutboxTest {
 protected:
  void store_and_connect(std::initializer_list<const char*> payloads) {
    for (const char* payload : payloads) store(payload);
    connect();
  }
};

TEST_F(PublisherLeavingTest, NothingStoredIsSentAnyMore) {
  settings.publish.window = 2;
  store_and_connect({"a", "b", "c", "d"});
  settle_down();
  publisher().leave_stored();
  outcome(0, Kind::accepted);
  outcome(1, Kind::accepted);
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"a", "b"}));
  EXPECT_EQ(outbox.stored_payloads(), (Payloads{"c", "d"})) << "the next process sends them, once";
}

TEST_F(PublisherLeavingTest, WhatIsOnItsWayFromTheDiskIsNotSentEither) {
  store_and_connect({"a"});
  publisher().leave_stored();  // it has been asked for
  settle_down();
  EXPECT_TRUE(session.sent.empty());
}

TEST_F(PublisherLeavingTest, WhatWouldOvertakeIsStoredAndAnsweredAtOnce) {
  settings.publish.window = 1;
  store_and_connect({"a", "b"});
  settle_down();
  submit(message("waits"), 60s);
  publisher().leave_stored();
  submit(message("late"), 60s);
  settle_down();
  EXPECT_TRUE(is_stored("waits"));
  EXPECT_TRUE(is_stored("late"));
  EXPECT_EQ(session.sent_payloads(), Payloads{"a"});
  EXPECT_EQ(outbox.stored_payloads(), (Payloads{"a", "b", "waits", "late"}));
}

TEST_F(PublisherLeavingTest, WithNothingStoredMessagesAreSentAsBefore) {
  connect();
  publisher().leave_stored();
  submit(message("direct"));
  submit(message("now", QoS::at_most_once));
  settle_down();
  EXPECT_EQ(session.sent_payloads(), (Payloads{"direct", "now"}));
  outcome(0, Kind::accepted);
  EXPECT_FALSE(error_of("direct"));
  EXPECT_EQ(results["direct"].id, "");
}

TEST_F(PublisherLeavingTest, IsAtRestWhenTheDiskHasForgottenWhatWasAcknowledged) {
  store_and_connect({"a"});
  settle_down();
  publisher().leave_stored();
  EXPECT_FALSE(publisher().at_rest());
  outcome(0, Kind::accepted);
  pump();
  EXPECT_FALSE(publisher().at_rest()) << "the disk has not forgotten it";
  flush();
  EXPECT_TRUE(publisher().at_rest());
  EXPECT_TRUE(outbox.stored.empty());
}

TEST_F(PublisherLeavingTest, IsNotAtRestBeforeTheOutcomeOfWhatAStopWouldStore) {
  connect();
  submit(message("its client has gone"));
  submit(message("never again", QoS::at_most_once));
  settle_down();
  publisher().leave_stored();
  EXPECT_FALSE(publisher().at_rest());
  outcome(0, Kind::accepted);
  EXPECT_TRUE(publisher().at_rest()) << "QoS 0 is not awaited: it is never sent again";
}

TEST_F(PublisherLeavingTest, AwaitsNoBrokerThatStaysAway) {
  store_and_connect({"a"});
  settle_down();
  disconnect();
  publisher().leave_stored();
  EXPECT_FALSE(publisher().at_rest()) << "it may be back within a second";
  clock.advance(1s);
  EXPECT_TRUE(publisher().at_rest());
}

TEST_F(PublisherLeavingTest, WhatIsInterruptedMeanwhileIsStoredAndNotSentAgain) {
  connect();
  submit(message("direct"), 60s);
  settle_down();
  publisher().leave_stored();
  disconnect();
  outcome(0, Kind::interrupted);
  connect();
  settle_down();
  EXPECT_TRUE(is_stored("direct"));
  EXPECT_EQ(session.sent_payloads(), Payloads{"direct"});
  EXPECT_EQ(outbox.stored_payloads(), Payloads{"direct"});
}

TEST_F(PublisherLeavingTest, WithoutAnOutboxThereIsNothingToWaitFor) {
  outbox_in_use = nullptr;
  connect();
  submit(message("direct"));
  pump();
  publisher().leave_stored();
  EXPECT_TRUE(publisher().at_rest());
  outcome(0, Kind::accepted);
  EXPECT_FALSE(error_of("direct"));
}

}  // namespace
}  // namespace bridge
