#include "topic_permissions.h"

#include <gtest/gtest.h>

#include "bridge/core/reason_code.h"
#include "fakes/manual_clock.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;
using VerdictKind = Verdict::Kind;

class TopicPermissionsTest : public testing::Test {
 protected:
  static Message to(const std::string& topic, QoS qos = QoS::at_least_once) {
    return {topic, "m", qos, false, {}};
  }
  VerdictKind judge(const Message& message, bool is_promised = false) {
    return permissions.judge({.message = message, .is_promised = is_promised, .may_probe = true}, clock.now())
        .kind;
  }
  /// The broker closes the connection at the message: one loss, which this message explains.
  void convict(const Message& message) {
    LossSet losses;
    losses.add(++last_loss);
    permissions.convicted(message, 131, losses, clock.now());
  }
  VerdictKind forecast(const Message& message) { return permissions.forecast(message, clock.now()).kind; }

  ManualClock clock;
  TopicPermissions permissions;
  LossNumber last_loss = 0;
};

TEST_F(TopicPermissionsTest, SayTheSameOfWhatGoesToTheDiskAndOfWhatIsSent) {
  permissions.connected({.maximum_qos = QoS::at_least_once});
  permissions.refused(to("forbidden"), reason_code::not_authorized, clock.now());
  for (const Message& message :
       {to("a"), to("a", QoS::exactly_once), to("forbidden"), to("forbidden", QoS::exactly_once)}) {
    EXPECT_EQ(forecast(message), judge(message)) << message.topic_name;
    EXPECT_EQ(permissions.forecast(message, clock.now()).reason_code,
              permissions.judge({.message = message, .is_promised = true, .may_probe = true}, clock.now())
                  .reason_code);
  }
}

TEST_F(TopicPermissionsTest, HoldNothingForABrokerThatDidNotCloseTheLastTime) {
  permissions.connected({});
  permissions.refused(to("a"), reason_code::not_authorized, clock.now());
  EXPECT_TRUE(permissions.holds_all(clock.now()));
  clock.advance(TopicPermissions::hold_after_refusal);
  EXPECT_FALSE(permissions.holds_all(clock.now()));
  permissions.refused(to("b"), reason_code::not_authorized, clock.now());
  EXPECT_FALSE(permissions.holds_all(clock.now()));
}

TEST_F(TopicPermissionsTest, SendWhatFollowsAConvictedMessageAloneUntilOneIsTaken) {
  permissions.connected({});
  convict(to("a"));
  EXPECT_EQ(judge(to("a")), VerdictKind::send_alone);
  EXPECT_EQ(judge(to("a", QoS::at_most_once), true), VerdictKind::send_alone) << "it is stored";
  EXPECT_EQ(judge(to("a", QoS::at_most_once)), VerdictKind::wait) << "now or never";
  EXPECT_EQ(forecast(to("a")), VerdictKind::send) << "it may be stored";
  EXPECT_EQ(judge(to("b")), VerdictKind::send);
  permissions.accepted(to("a"), clock.now());
  EXPECT_EQ(judge(to("a")), VerdictKind::send);
}

TEST_F(TopicPermissionsTest, HoldNewTopicsBackWhenMessagesToManyWereConvicted) {
  permissions.connected({});
  for (int i = 0; i < TopicGuard::losses_until_up; ++i) convict(to(std::to_string(i)));
  EXPECT_EQ(judge(to("question")), VerdictKind::send);
  EXPECT_EQ(judge(to("new")), VerdictKind::wait);
  EXPECT_EQ(judge(to("new"), true), VerdictKind::send) << "it was answered 202";
}

TEST_F(TopicPermissionsTest, SendAgainAloneWhatWasSentBeforeNewTopicsWereHeldBack) {
  permissions.connected({});
  const Message message = to("new");
  const TopicPermissions::Candidate sent_before{.message = message, .was_sent = true, .may_probe = true};
  EXPECT_EQ(permissions.judge(sent_before, clock.now()).kind, VerdictKind::send);
  for (int i = 0; i < TopicGuard::losses_until_up; ++i) convict(to(std::to_string(i)));
  EXPECT_EQ(permissions.judge(sent_before, clock.now()).kind, VerdictKind::send_alone);
  EXPECT_EQ(judge(to("question")), VerdictKind::send) << "this was no question to the broker";
}

TEST_F(TopicPermissionsTest, AskNothingAtQos0WithoutRoomForTheQuestion) {
  permissions.connected({});
  for (int i = 0; i < TopicGuard::losses_until_up; ++i) convict(to(std::to_string(i)));
  const Message message = to("new", QoS::at_most_once);
  EXPECT_EQ(permissions.judge({.message = message}, clock.now()).kind, VerdictKind::wait);
  EXPECT_EQ(judge(message), VerdictKind::send_as_probe);
}

TEST_F(TopicPermissionsTest, ForgiveWhatWasRefusedWhenSomebodyThinksBetterOfIt) {
  permissions.connected({});
  permissions.refused(to("a"), reason_code::not_authorized, clock.now());
  convict(to("b"));
  permissions.forgive();
  EXPECT_EQ(forecast(to("a")), VerdictKind::send);
  EXPECT_EQ(judge(to("b"), true), VerdictKind::send);
}

}  // namespace
}  // namespace bridge
