#include <algorithm>

#include "support/certificates.h"
#include "support/mosquitto.h"
#include "support/mqtt_probe.h"
#include "support/temp_dir.h"
#include "watched_listener.h"

namespace bridge::test {
namespace {

using namespace std::chrono_literals;
using Kind = SubscribeOutcome::Kind;

class RealBrokerTest : public ListenerTest {
 protected:
  void publish(const std::string& topic, const std::string& payload) {
    MqttProbe(broker.port()).publish(topic, payload, 1);
  }
  bool hears(const std::string& message) {
    return eventually(within(patience), [&] {
      const auto messages = audience.told().messages;
      return std::find(messages.begin(), messages.end(), message) != messages.end();
    });
  }

  Mosquitto broker;
};

TEST_F(RealBrokerTest, ItConnectsSubscribesAndHears) {
  listen(broker.port(), {"a/#"});
  ASSERT_TRUE(wait_for("a/#", Kind::granted)) << logger.text();
  EXPECT_TRUE(logger.says("Connected successfully"));
  EXPECT_TRUE(listener->connected());
  EXPECT_EQ(audience.told().limits.protocol_version, 5);
  EXPECT_EQ(audience.told().outcomes[0].second.code, 1);
  publish("a/b", "hello");
  EXPECT_TRUE(hears("a/b hello"));
}

TEST_F(RealBrokerTest, ItSubscribesAgainAfterTheBrokerWasRestarted) {
  listen(broker.port(), {"a"});
  ASSERT_TRUE(wait_for("a", Kind::granted)) << logger.text();
  broker.kill();
  ASSERT_TRUE(eventually(within(patience), [&] { return audience.told().disconnects == 1; }));
  EXPECT_FALSE(listener->connected());
  broker.start();
  ASSERT_TRUE(wait_for("a", Kind::granted, 2)) << logger.text();
  EXPECT_FALSE(logger.says("client id")) << logger.text();
  publish("a", "again");
  EXPECT_TRUE(hears("a again"));
}

TEST_F(RealBrokerTest, ItSpeaks311WhenToldTo) {
  settings.version = 3;
  listen(broker.port(), {"a"});
  ASSERT_TRUE(wait_for("a", Kind::granted)) << logger.text();
  EXPECT_EQ(audience.told().limits.protocol_version, 4);
  EXPECT_FALSE(audience.told().limits.shared_available) << "nobody has said so";
  publish("a", "hello");
  EXPECT_TRUE(hears("a hello"));
}

TEST_F(RealBrokerTest, ItTakesSharedSubscriptionsOf311OnTrust) {
  settings.version = 3;
  settings.trust_shared_subscriptions = true;
  listen(broker.port(), {"$share/g/a"});
  ASSERT_TRUE(wait_for("$share/g/a", Kind::granted)) << logger.text();
}

TEST_F(RealBrokerTest, ASharedSubscriptionOf5IsGranted) {
  listen(broker.port(), {"$share/g/a"});
  ASSERT_TRUE(wait_for("$share/g/a", Kind::granted)) << logger.text();
}

TEST_F(RealBrokerTest, WithNothingToListenToItIsNotThere) {
  listen(broker.port(), {});
  listener->listen(true);
  listener->subscribe({"a", QoS::at_most_once}, audience.keep("a"));
  ASSERT_TRUE(wait_for("a", Kind::granted)) << logger.text();
  EXPECT_EQ(broker.connections_of("me-listener"), 1u);
  listener->unsubscribe("a", audience.keep("a"));
  listener->listen(false);
  ASSERT_TRUE(wait_for("a", Kind::granted, 2)) << logger.text();
  EXPECT_TRUE(broker.wait_for_goodbye("me-listener", within(patience))) << broker.log().text();
  EXPECT_TRUE(eventually(within(patience), [&] { return !listener->connected(); }))
      << "paho tells of it later";
  listener->listen(true);
  listener->subscribe({"a", QoS::at_most_once}, audience.keep("a"));
  ASSERT_TRUE(wait_for("a", Kind::granted, 3)) << "and comes back" << logger.text();
}

TEST_F(RealBrokerTest, AFirstSubscriptionWithoutABrokerIsToldSo) {
  broker.kill();
  listen(broker.port(), {});
  listener->subscribe({"a", QoS::at_most_once}, audience.keep("a"));
  ASSERT_TRUE(wait_for("a", Kind::not_connected)) << logger.text();
}

TEST_F(RealBrokerTest, ItTakesLeaveAndTellsNobodyAnythingAfterwards) {
  listen(broker.port(), {"a"});
  ASSERT_TRUE(wait_for("a", Kind::granted)) << logger.text();
  const TimePoint start = Clock::now();
  listener->stop();
  EXPECT_LT(since(start), scaled(1s));
  EXPECT_TRUE(broker.wait_for_goodbye("me-listener", within(patience))) << broker.log().text();
  const auto told = audience.told();
  listener->subscribe({"b", QoS::at_most_once}, audience.keep("b"));
  EXPECT_EQ(audience.told().outcomes.back().second.kind, Kind::not_connected);
  EXPECT_EQ(audience.told().outcomes.size(), told.outcomes.size() + 1);
}

TEST_F(RealBrokerTest, AStopDoesNotWaitForABrokerThatIsFrozen) {
  listen(broker.port(), {"a"});
  ASSERT_TRUE(wait_for("a", Kind::granted)) << logger.text();
  broker.freeze();
  const TimePoint start = Clock::now();
  listener->stop();
  EXPECT_LT(since(start), scaled(1100ms));
  broker.thaw();
}

TEST_F(RealBrokerTest, AThousandFiltersAreAllGranted) {
  std::vector<std::string> filters;
  for (int i = 0; i < 1000; ++i) filters.push_back("f/" + std::to_string(i));
  listen(broker.port(), filters);
  EXPECT_TRUE(eventually(within(patience), [&] { return audience.told().outcomes.size() == 1000; }));
  for (const auto& [filter, outcome] : audience.told().outcomes)
    EXPECT_EQ(outcome.kind, Kind::granted) << filter;
}

TEST(UnreachableTest, AStopDoesNotWaitForANameThatIsBeingResolved) {
  SharedLogger logger;
  Counters counters;
  MqttSettings settings;
  settings.server = "no-such-host.invalid";
  RecordingAudience audience;
  PahoListener listener(settings, "me-listener", logger, counters);
  listener.start(audience);
  listener.listen(true);
  ASSERT_TRUE(eventually(within(patience), [&] { return logger.says("connecting to"); }));
  const TimePoint start = Clock::now();
  listener.stop();
  EXPECT_LT(since(start), scaled(1100ms));
}

TEST_F(ListenerTest, AWrongPasswordIsSaidByItsCode) {
  const TempDir directory;
  const std::string passwords = directory.write("passwords", "");
  const Mosquitto broker({.more = "allow_anonymous false\npassword_file " + passwords});
  settings.user = "me";
  settings.password = "wrong";
  listen(broker.port(), {"a"});
  EXPECT_TRUE(eventually(within(patience), [&] { return logger.says("Bad connection. Code: 135\n"); }))
      << logger.text();
}

TEST_F(ListenerTest, AWrongPasswordOf311IsSaidByItsCode) {
  const TempDir directory;
  const std::string passwords = directory.write("passwords", "");
  const Mosquitto broker({.more = "allow_anonymous false\npassword_file " + passwords});
  settings.version = 3;
  settings.user = "me";
  settings.password = "wrong";
  listen(broker.port(), {"a"});
  EXPECT_TRUE(eventually(within(patience), [&] { return logger.says("Bad connection. Code: 5\n"); }))
      << logger.text();
}

class TlsListenerTest : public ListenerTest {
 protected:
  void listen_in_tls(const ServerCertificate& certificate, const std::string& trusted) {
    const Certificates& certificates = Certificates::instance();
    broker = std::make_unique<Mosquitto>(MosquittoOptions{.ca_file = certificates.ca_file(),
                                                          .cert_file = certificate.cert_file,
                                                          .key_file = certificate.key_file});
    settings.servers = {"mqtts://localhost:" + broker->port_text()};
    settings.tls.ca_file = trusted;
    start({"a"});
  }
  bool is_refused() {
    return eventually(within(patience), [&] { return logger.says("Bad connection. Code: -1\n"); }) &&
           logger.says("certificate") && !listener->connected();
  }

  std::unique_ptr<Mosquitto> broker;
};

TEST_F(TlsListenerTest, TheRightCertificateIsAccepted) {
  listen_in_tls(Certificates::instance().for_loopback(), Certificates::instance().ca_file());
  EXPECT_TRUE(wait_for("a", Kind::granted)) << logger.text();
}

TEST_F(TlsListenerTest, ACertificateForAnotherHostIsRefused) {
  listen_in_tls(Certificates::instance().for_another_host(), Certificates::instance().ca_file());
  EXPECT_TRUE(is_refused()) << logger.text();
}

TEST_F(TlsListenerTest, ACertificateOfAnUnknownAuthorityIsRefused) {
  listen_in_tls(Certificates::instance().for_loopback(), Certificates::instance().unknown_ca_file());
  EXPECT_TRUE(is_refused()) << logger.text();
}

TEST_F(TlsListenerTest, OnlyTheSystemsAuthoritiesAreTrustedWhereNoneIsNamed) {
  listen_in_tls(Certificates::instance().for_loopback(), "");
  EXPECT_TRUE(is_refused()) << logger.text();
}

}  // namespace
}  // namespace bridge::test
