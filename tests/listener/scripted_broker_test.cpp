#include "support/fake_broker.h"
#include "support/mosquitto.h"
#include "support/tcp_proxy.h"
#include "watched_listener.h"

namespace bridge::test {
namespace {

using namespace std::chrono_literals;
using Kind = SubscribeOutcome::Kind;

class ScriptedBrokerTest : public ListenerTest {
 protected:
  SubscribeOutcome last_of(const std::string& filter) const {
    SubscribeOutcome last{Kind::lost, -1};
    for (const auto& [told, outcome] : audience.told().outcomes)
      if (told == filter) last = outcome;
    return last;
  }
};

TEST_F(ScriptedBrokerTest, ARefusalOf5IsSaidByItsReasonCode) {
  BrokerScript script;
  script.connack_code = 0x8A;
  const FakeBroker broker(script);
  listen(broker.port(), {"a"});
  EXPECT_TRUE(eventually(within(patience), [&] { return logger.says("Bad connection. Code: 138\n"); }))
      << logger.text();
}

TEST_F(ScriptedBrokerTest, ABrokerThatRefuses5ByItsCodeIsSpokenToIn311) {
  BrokerScript script;
  script.connack_code = 0x84;
  const FakeBroker broker(script);
  listen(broker.port(), {"a"});
  ASSERT_TRUE(wait_for("a", Kind::granted)) << logger.text();
  EXPECT_EQ(audience.told().limits.protocol_version, 4);
  EXPECT_FALSE(logger.says("Bad connection")) << logger.text();
}

TEST_F(ScriptedBrokerTest, ABrokerThatRefuses5InTheWordsOf311IsSpokenToIn311) {
  const Mosquitto broker;
  TcpProxy proxy(broker.port());
  proxy.refuse_version_5();
  listen(proxy.port(), {"a"});
  ASSERT_TRUE(wait_for("a", Kind::granted)) << logger.text();
  EXPECT_EQ(audience.told().limits.protocol_version, 4);
}

TEST_F(ScriptedBrokerTest, ABrokerThatClosesOn5WithoutAWordIsSpokenToIn311WithinSeconds) {
  const Mosquitto broker;
  TcpProxy proxy(broker.port());
  proxy.close_on_version_5();
  const TimePoint start = Clock::now();
  listen(proxy.port(), {"a"});
  ASSERT_TRUE(wait_for_connects(1)) << logger.text();
  // three attempts, each up to 1.1 s with paho to 1.3.14; the first of a process is quick: 2.6 s alone
  EXPECT_LT(since(start), scaled(4s));
  EXPECT_EQ(audience.told().limits.protocol_version, 4);
  EXPECT_FALSE(logger.says("Bad connection")) << logger.text();
}

TEST_F(ScriptedBrokerTest, ABrokerThatLeavesAConnectOf5UnansweredIsSpokenToIn311) {
  BrokerScript script;
  script.connack_code = -1;
  const FakeBroker broker(script);
  settings.connect_timeout = 1s;  // paho looks every 3 s
  listen(broker.port(), {"a"});
  ASSERT_TRUE(wait_for_connects(1)) << logger.text();
  EXPECT_EQ(audience.told().limits.protocol_version, 4);
}

TEST_F(ScriptedBrokerTest, AFilterThatIsRefusedIsToldByItsCode) {
  BrokerScript script;
  script.suback = [](const std::string& filter, int qos) { return filter == "secret" ? 0x87 : qos; };
  const FakeBroker broker(script);
  listen(broker.port(), {"secret", "open"});
  ASSERT_TRUE(wait_for("secret", Kind::refused)) << logger.text();
  ASSERT_TRUE(wait_for("open", Kind::granted)) << logger.text();
  EXPECT_EQ(last_of("secret").code, 0x87);
}

TEST_F(ScriptedBrokerTest, AFilterThatIsRefusedIn311IsToldAs128) {
  BrokerScript script;
  script.suback = [](const std::string& filter, int qos) { return filter == "secret" ? 0x80 : qos; };
  const FakeBroker broker(script);
  settings.version = 3;
  listen(broker.port(), {"secret", "open"});
  ASSERT_TRUE(wait_for("secret", Kind::refused)) << logger.text();
  ASSERT_TRUE(wait_for("open", Kind::granted)) << logger.text();
  EXPECT_EQ(last_of("secret").code, 128);
}

TEST_F(ScriptedBrokerTest, AQosThatNoBrokerCanGrantIsARefusal) {
  BrokerScript script;
  script.suback = [](const std::string&, int) { return 77; };
  const FakeBroker broker(script);
  listen(broker.port(), {"a"});
  EXPECT_TRUE(wait_for("a", Kind::refused)) << logger.text();
}

class ClosingBrokerTest : public ScriptedBrokerTest, public testing::WithParamInterface<int> {};

TEST_P(ClosingBrokerTest, TheFilterAtWhichItClosesIsLeftOutAndTheOthersAreGranted) {
  BrokerScript script;
  script.suback = [](const std::string& filter, int qos) {
    return filter == "bad" ? BrokerScript::close : qos;
  };
  const FakeBroker broker(script);
  settings.version = GetParam();
  listen(broker.port(), {"first", "bad", "last"});
  ASSERT_TRUE(wait_for("bad", Kind::left_out)) << logger.text();
  ASSERT_TRUE(eventually(within(patience), [&] {
    return last_of("first").kind == Kind::granted && last_of("last").kind == Kind::granted;
  })) << logger.text();
  EXPECT_EQ(broker.connects(), 3) << "two were lost: one with all under way, one with it alone";
  EXPECT_FALSE(logger.says("client id")) << logger.text();
  EXPECT_TRUE(listener->connected());
}

INSTANTIATE_TEST_SUITE_P(Versions, ClosingBrokerTest, testing::Values(5, 3));

TEST_F(ScriptedBrokerTest, AsksForNoSharedSubscriptionWhereTheBrokerSaysItHasNone) {
  BrokerScript script;
  script.connack_properties = {'\x2a', '\0'};
  const FakeBroker broker(script);
  listen(broker.port(), {"$share/g/a", "b"});
  ASSERT_TRUE(wait_for("b", Kind::granted)) << logger.text();
  EXPECT_EQ(last_of("$share/g/a").kind, Kind::refused);
  EXPECT_EQ(last_of("$share/g/a").code, 158);
  EXPECT_FALSE(audience.told().limits.shared_available);
}

TEST_F(ScriptedBrokerTest, PingsAsOftenAsTheBrokerWantsToHear) {
  BrokerScript script;
  script.connack_properties = {'\x13', '\0', '\x02'};
  const FakeBroker broker(script);
  settings.keepalive = 60s;
  listen(broker.port(), {"a"});
  ASSERT_TRUE(wait_for_connects(1)) << logger.text();
  EXPECT_EQ(broker.connects(), 2) << "once to hear of it, once to say it";
  EXPECT_TRUE(eventually(within(patience), [&] { return broker.pings() >= 2; }));
  EXPECT_EQ(audience.told().disconnects, 0);
}

TEST_F(ScriptedBrokerTest, TheNextServerOfTheListIsUsedWhereTheFirstIsAway) {
  const FakeBroker broker({});
  settings.servers = {"mqtt://127.0.0.1:1", "mqtt://127.0.0.1:" + std::to_string(broker.port())};
  start({"a"});
  EXPECT_TRUE(wait_for("a", Kind::granted)) << logger.text();
}

}  // namespace
}  // namespace bridge::test
