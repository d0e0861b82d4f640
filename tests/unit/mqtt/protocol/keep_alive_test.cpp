#include "scripted_broker.h"

namespace bridge::mqtt {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const auto ping = [](ClientProtocol& it, TimePoint) { it.ping(); };

TEST(KeepAliveTest, PingsWhenNothingWasWrittenForThreeQuartersOfIt) {
  play({
      connected(),
      later(seconds(44)),
      not_yet_time(),
      publish("a", qos0),
      expect({"PUBLISH qos0 a"}),
      told({"accepted a"}),
      later(seconds(44)),
      not_yet_time(),
      later(seconds(1)),
      on_time(),
      expect({"PINGREQ"}),
      reply(Pingresp{}),
      told({}),
      later(seconds(45)),
      on_time(),
      expect({"PINGREQ"}),
  });
}

TEST(KeepAliveTest, PingsNotBehindWhatTheSocketDoesNotTake) {
  play({
      connected(),
      publish("a", qos0, 9000),
      write(10),
      later(seconds(45)),
      on_time(),
      later(seconds(45)),
      on_time(),
      expect({"PUBLISH qos0 9000 bytes"}),
      told({"accepted a"}),
  });
}

TEST(KeepAliveTest, IsTheBrokersIfItSaysSo) {
  play({
      connected(Version::v5, connack_with([](Properties& it) { it.server_keep_alive = std::uint16_t{5}; })),
      later(milliseconds(3749)),
      not_yet_time(),
      later(milliseconds(1)),
      on_time(),
      expect({"PINGREQ"}),
  });
}

TEST(KeepAliveTest, NeedsNoPingIfItIs0) {
  ConnectSettings settings = client_settings();
  settings.keep_alive = seconds(0);
  const auto never = [](ScriptedBroker& it) { EXPECT_EQ(it.protocol().next_deadline(), TimePoint::max()); };
  play({connected(), seen(never)}, settings);
  play({connected(Version::v5, connack_with([](Properties& it) { it.server_keep_alive = std::uint16_t{0}; })),
        seen(never)});
}

TEST(KeepAliveTest, HasNoDeadlineWithoutAConnection) {
  const auto never = [](ScriptedBroker& it) { EXPECT_EQ(it.protocol().next_deadline(), TimePoint::max()); };
  play({
      seen(never),
      open(),
      expect({"CONNECT 5 clean"}),
      seen(never),
      reply(connack()),
      told({"connack"}),
      not_yet_time(),
      cut(),
      seen(never),
  });
}

TEST(KeepAliveTest, TellsThePongsOfThoseWhoAskedInOrder) {
  play({
      connected(),
      does(ping),
      expect({"PINGREQ"}),
      later(seconds(45)),
      on_time(),
      expect({"PINGREQ"}),
      does(ping),
      expect({"PINGREQ"}),
      reply(Pingresp{}),
      told({"pong"}),
      reply(Pingresp{}),
      told({}),
      reply(Pingresp{}),
      told({"pong"}),
  });
}

TEST(KeepAliveTest, IgnoresPongsThatAnswerNothingThatWasWritten) {
  play({
      connected(),
      reply({Pingresp{}, Pingresp{}}),
      does(ping),
      reply(Pingresp{}),
      told({}),
      expect({"PINGREQ"}),
      reply(Pingresp{}),
      told({"pong"}),
  });
}

TEST(KeepAliveTest, TellsAPongAfterTheEndsThatCameBeforeIt) {
  play({
      connected(),
      publish("a", qos1),
      publish("b", qos1),
      does(ping),
      expect({"PUBLISH 1 qos1 a", "PUBLISH 2 qos1 b", "PINGREQ"}),
      reply({puback(1), Pingresp{}, puback(2)}),
      told({"accepted a", "pong", "accepted b"}),
  });
}

}  // namespace
}  // namespace bridge::mqtt
