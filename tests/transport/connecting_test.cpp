// The ways in which connecting to a broker may fail, and the words for each.

#include <gtest/gtest.h>

#include "address_race.h"
#include "client.h"
#include "full_port.h"
#include "peer.h"
#include "resolver.h"

namespace bridge::test {
namespace {

using Kind = mqtt::ConnectFailure::Kind;

TEST(ConnectorTest, TellsThatNothingListens) {
  Client client;
  EXPECT_FALSE(client.connect(tcp_at(std::to_string(free_port()))));
  EXPECT_EQ(client.failure->kind, Kind::unreachable);
  EXPECT_EQ(client.failure->words, "connection refused");
  EXPECT_FALSE(
      client.connect(mqtt::BrokerAddress{"localhost", std::to_string(free_port()), false, false, ""}));
  EXPECT_EQ(client.failure->words, "connection refused") << "on both addresses alike, where there are two";
}

TEST(ConnectorTest, TellsThatTheNameIsUnknown) {
  Client client;
  EXPECT_FALSE(client.connect({"no-such-host.invalid", "1883", false, false, ""}));
  EXPECT_EQ(client.failure->kind, Kind::unreachable);
  EXPECT_EQ(client.failure->words, "the name cannot be resolved: Name or service not known");
}

TEST(ConnectorTest, AResolverThatHangsHoldsNothingUp) {
  const Resolver hangs("hangs.example", {});
  {
    Client client;
    EXPECT_FALSE(
        client.connect({"hangs.example", "1883", false, false, ""}, {}, std::chrono::milliseconds(50)));
    EXPECT_EQ(client.failure->kind, Kind::timed_out);
    EXPECT_TRUE(client.failure->words.starts_with("the name was not resolved within "))
        << client.failure->words;
    client.begin({"hangs.example", "1883", false, false, ""});
    EXPECT_TRUE(eventually(within(patience), [&] { return hangs.hanging() == 2; }));
  }  // connector and loop are gone
  EXPECT_EQ(hangs.hanging(), 2);
}

TEST(ConnectorTest, AResolverThatHangsIsNotGivenMoreAndMoreThreads) {
  const Resolver other("other.example", {"127.0.0.1"});
  const std::string port = std::to_string(free_port());
  const auto resolves = [&] {
    Client client;
    client.connect({"other.example", port, false, false, ""});
    EXPECT_TRUE(client.failure);
    return client.failure->words == "connection refused";
  };
  EXPECT_TRUE(eventually(within(patience), resolves)) << "what hung before is gone";
  {
    const Resolver hangs("hangs.example", {});
    Client client;
    for (int i = 1; i <= 4; ++i) {
      client.begin({"hangs.example", "1883", false, false, ""});
      EXPECT_TRUE(eventually(within(patience), [&] { return hangs.hanging() == i; }));
    }
    EXPECT_FALSE(client.connect({"other.example", port, false, false, ""}));
    EXPECT_EQ(client.failure->words, "the system's resolver has not answered earlier questions");
  }
  EXPECT_TRUE(eventually(within(patience), resolves));
}

TEST(ConnectorTest, TheNextAddressOfANameIsTriedWhileTheFirstIsSilent) {
  const FullPort full("127.0.0.2");
  const Listener listener(full.endpoint().port());
  const Resolver two("two.example", {"127.0.0.2", "127.0.0.1"});
  Client client;
  EXPECT_TRUE(client.connect({"two.example", full.port(), false, false, ""}));
}

TEST(ConnectorTest, GivesUpWhenNobodyAnswersInTime) {
  const FullPort full("127.0.0.1");
  Client client;
  const TimePoint start = Clock::now();
  EXPECT_FALSE(client.connect(tcp_at(full.port()), {}, std::chrono::milliseconds(300)));
  EXPECT_GE(since(start), std::chrono::milliseconds(299));
  EXPECT_EQ(client.failure->kind, Kind::timed_out);
  EXPECT_EQ(client.failure->words, sanitized ? client.failure->words : "no answer within 0.3 s");
}

TEST(ConnectorTest, TheHandshakesAreWithinTheSameTime) {
  for (const bool tls : {true, false}) {
    PeerThread peer([](Peer& broker) { broker.receive_all(); });
    Client client;
    EXPECT_FALSE(
        client.connect({"127.0.0.1", peer.port(), tls, !tls, "/"}, {}, std::chrono::milliseconds(300)));
    EXPECT_EQ(client.failure->kind, Kind::timed_out);
    const std::string expected =
        std::string("connected, but the ") + (tls ? "TLS" : "WebSocket") + " handshake did not end";
    EXPECT_TRUE(client.failure->words.starts_with(expected)) << client.failure->words;
  }
}

TEST(ConnectorTest, TellsThatTheBrokerClosedInsteadOfShakingHands) {
  for (const bool tls : {true, false}) {
    PeerThread peer([](Peer& broker) {
      broker.receive(1);
      broker.socket().shut_down_sending();
      broker.receive_all();
    });
    Client client;
    EXPECT_FALSE(client.connect({"127.0.0.1", peer.port(), tls, !tls, "/"}));
    EXPECT_EQ(client.failure->kind, Kind::closed_silently);
    EXPECT_EQ(client.failure->words,
              tls ? "closed by the broker during the TLS handshake (is this a TLS port?)"
                  : "closed by the broker during the WebSocket handshake");
  }
}

TEST(ConnectorTest, NothingIsToldAfterCancel) {
  PeerThread peer([](Peer& broker) { broker.receive_all(); });
  Client client;
  client.begin(tcp_at(peer.port()));
  client.connector.cancel();
  client.run_to_the_end();
  EXPECT_EQ(client.results, 0);
  client.begin({"localhost", peer.port(), false, false, ""});
  client.connector.cancel();
  client.run_to_the_end();
  EXPECT_EQ(client.results, 0);
  EXPECT_TRUE(client.connect(tcp_at(peer.port()))) << "it can be used again";
}

TEST(ConnectorTest, MayBeginAnewWhileItTellsOfAFailure) {
  PeerThread peer([](Peer& broker) { broker.receive_all(); });
  Client client;
  bool connected = false;
  client.connector.connect(
      tcp_at(std::to_string(free_port())), nullptr, std::chrono::seconds(5),
      [&](const mqtt::ConnectResult& first) {
        EXPECT_TRUE(std::holds_alternative<mqtt::ConnectFailure>(first));
        client.connector.connect(
            tcp_at(peer.port()), nullptr, std::chrono::seconds(5), [&](const mqtt::ConnectResult& second) {
              connected = std::holds_alternative<std::unique_ptr<mqtt::Transport>>(second);
            });
      });
  EXPECT_TRUE(client.run_until([&] { return connected; }));
}

class AddressRaceTest : public ::testing::Test {
 protected:
  /// @return the address that won, or the words of the failure.
  std::string race(std::vector<asio::ip::tcp::endpoint> endpoints) {
    std::optional<std::string> outcome;
    const auto runs = std::make_shared<mqtt::AddressRace>(io_, std::move(endpoints));
    runs->start([&](std::optional<asio::ip::tcp::socket> socket, const std::string& fault) {
      outcome = socket ? socket->remote_endpoint().address().to_string() : fault;
    });
    const TimePoint deadline = within(patience);
    while (!outcome && Clock::now() < deadline) io_.run_one_for(std::chrono::milliseconds(50));
    return outcome.value_or("nothing");
  }
  asio::ip::tcp::endpoint good() const { return {asio::ip::make_address("127.0.0.1"), listener_.port()}; }

  asio::io_context io_{1};
  const Listener listener_;
};

TEST_F(AddressRaceTest, AnAddressThatIsSilentIsOvertakenAfterAQuarterOfASecond) {
  const FullPort full("127.0.0.2");
  const TimePoint start = Clock::now();
  EXPECT_EQ(race({full.endpoint(), good()}), "127.0.0.1");
  EXPECT_GE(since(start), std::chrono::milliseconds(249));
}

TEST_F(AddressRaceTest, AnAddressThatRefusesIsLeftAtOnce) {
  const asio::ip::tcp::endpoint refusing(asio::ip::make_address("127.0.0.2"), free_port());
  const FullPort full("127.0.0.3");
  const TimePoint start = Clock::now();
  EXPECT_EQ(race({refusing, refusing, good(), full.endpoint()}), "127.0.0.1");
  EXPECT_LT(since(start), scaled(std::chrono::milliseconds(240)));
}

TEST_F(AddressRaceTest, EachAddressHasItsOwnReason) {
  const std::uint16_t port = free_port();
  const asio::ip::tcp::endpoint refusing(asio::ip::make_address("127.0.0.2"), port);
  const asio::ip::tcp::endpoint broadcast(asio::ip::make_address("255.255.255.255"), port);
  EXPECT_EQ(race({refusing, refusing}), "connection refused");
  EXPECT_TRUE(race({refusing, broadcast}).starts_with("127.0.0.2: connection refused, 255.255.255.255: "));
}

}  // namespace
}  // namespace bridge::test
