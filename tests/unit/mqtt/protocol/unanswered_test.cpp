#include "scripted_broker.h"

namespace bridge::mqtt {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

ConnectSettings settings_without_keep_alive() {
  ConnectSettings settings = client_settings();
  settings.keep_alive = seconds(0);
  return settings;
}

TEST(UnansweredTest, GivesItsPlaceBackWhileOthersAreAcknowledged) {
  play(
      {
          connected(Version::v5, window_of(2)),
          publish("a", qos2),
          publish("b", qos1),
          takes_no(qos1),
          expect({"PUBLISH 1 qos2 a", "PUBLISH 2 qos1 b"}),
          reply(puback(2)),
          told({"accepted b"}),
          publish("c", qos1),
          takes_no(qos1),
          expect({"PUBLISH 3 qos1 c"}),
          later(milliseconds(14999)),
          not_yet_time(),
          later(milliseconds(1)),
          on_time(),
          told({"unanswered a"}),
          publish("d", qos1),
          takes_no(qos1),
          expect({"PUBLISH 4 qos1 d"}),
          reply({puback(4), puback(3)}),
          told({"accepted d", "accepted c"}),
          later(seconds(60)),
          not_yet_time(),
          reply(pubrec(1)),
          expect({"PUBREL 1"}),
          reply(pubcomp(1)),
          told({"accepted a"}),
      },
      settings_without_keep_alive());
}

TEST(UnansweredTest, IsNobodyWhileNothingLaterIsAcknowledged) {
  play(
      {
          connected(),
          publish("a", qos1),
          publish("b", qos1),
          expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos1 b"}),
          reply(puback(1)),
          told({"accepted a"}),
          later(seconds(60)),
          not_yet_time(),
          publish("c", qos1),
          expect({"PUBLISH 3 qos1 c"}),
          reply(puback(3)),
          told({"accepted c"}),
          on_time(),
          told({"unanswered b"}),
          reply(puback(2)),
          told({"accepted b"}),
      },
      settings_without_keep_alive());
}

TEST(UnansweredTest, IsAMessageWithoutPubcompToo) {
  play(
      {
          connected(Version::v5, window_of(1)),
          publish("a", qos2),
          expect({"PUBLISH 1 qos2 a"}),
          reply(pubrec(1)),
          expect({"PUBREL 1"}),
          later(seconds(15)),
          not_yet_time(),
          takes_no(qos1),
          cut(),
          reconnected(Version::v5, window_of(2, true)),
          told({"connack present"}),
          expect({"PUBREL 1"}),
          publish("b", qos1),
          expect({"PUBLISH 2 qos1 b"}),
          reply(puback(2)),
          told({"accepted b"}),
          later(seconds(15)),
          on_time(),
          told({"unanswered a"}),
          reply(pubcomp(1)),
          told({"accepted a"}),
      },
      settings_without_keep_alive());
}

TEST(UnansweredTest, IsToldOnceForEachConnectionAndSentAgainOnTheNext) {
  play(
      {
          connected(),
          publish("a", qos1),
          publish("b", qos1),
          expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos1 b"}),
          reply(puback(2)),
          told({"accepted b"}),
          later(seconds(15)),
          on_time(),
          told({"unanswered a"}),
          later(seconds(60)),
          not_yet_time(),
          cut(),
          reconnected(),
          told({"connack present"}),
          publish("c", qos1),
          expect({"PUBLISH 1 qos1 dup a", "PUBLISH 3 qos1 c"}),
          reply(puback(3)),
          told({"accepted c"}),
          later(seconds(15)),
          on_time(),
          told({"unanswered a"}),
          cut(),
          does([](ClientProtocol& it, TimePoint) { it.start_anew(); }),
          told({"interrupted a"}),
      },
      settings_without_keep_alive());
}

TEST(UnansweredTest, LetsWhatWaitsToBeSentAgainGoOn) {
  play(
      {
          connected(),
          publish("a", qos2),
          publish("b", qos1),
          publish("c", qos1),
          publish("d", qos1),
          expect({"PUBLISH 1 qos2 a", "PUBLISH 2 qos1 b", "PUBLISH 3 qos1 c", "PUBLISH 4 qos1 d"}),
          cut(),
          reconnected(Version::v5, window_of(2, true)),
          told({"connack present"}),
          expect({"PUBLISH 1 qos2 dup a", "PUBLISH 2 qos1 dup b"}),
          reply(puback(2)),
          told({"accepted b"}),
          expect({"PUBLISH 3 qos1 dup c"}),
          later(seconds(15)),
          on_time(),
          told({"unanswered a"}),
          expect({"PUBLISH 4 qos1 dup d"}),
          reply({puback(3), puback(4), pubrec(1)}),
          told({"accepted c", "accepted d"}),
          expect({"PUBREL 1"}),
          reply(pubcomp(1)),
          told({"accepted a"}),
      },
      settings_without_keep_alive());
}

}  // namespace
}  // namespace bridge::mqtt
