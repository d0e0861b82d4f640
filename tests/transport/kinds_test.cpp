// Promises of all kinds of transport alike: TCP, TLS, WebSocket, and WebSocket over TLS.

#include <gtest/gtest.h>

#include <atomic>

#include "client.h"
#include "peer.h"

namespace bridge::test {
namespace {

struct TransportKind {
  const char* name;
  bool tls;
  bool websocket;
};

class TransportKindTest : public ::testing::TestWithParam<TransportKind> {
 protected:
  mqtt::BrokerAddress at(const PeerThread& peer) const {
    return {"127.0.0.1", peer.port(), GetParam().tls, GetParam().websocket, "/mqtt"};
  }
  TlsSettings tls() const {
    TlsSettings settings;
    settings.ca_file = Certificates::instance().ca_file();
    return settings;
  }
  bool accept(Peer& peer) const {
    return (!GetParam().tls || peer.shake_hands({})) && (!GetParam().websocket || peer.accept_websocket());
  }
  /// At least `size` bytes of payload.
  std::string receive(Peer& peer, std::size_t size) const {
    if (!GetParam().websocket) return peer.receive(size);
    std::string bytes;
    while (bytes.size() < size) {
      const std::string frame = peer.receive_frame();
      if (frame.empty() || frame.front() != '\x82') break;
      bytes += frame.substr(1);
    }
    return bytes;
  }
  bool send(Peer& peer, std::string_view bytes) const {
    if (!GetParam().websocket) return peer.send(bytes);
    std::string header = "\x82\x7F";
    for (int shift = 56; shift >= 0; shift -= 8) header += static_cast<char>(bytes.size() >> shift & 0xFF);
    if (bytes.size() < 126) header = {'\x82', static_cast<char>(bytes.size())};
    return peer.send(header.append(bytes));
  }
};

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + i / 251);
  return bytes;
}

TEST_P(TransportKindTest, CarriesBytesBothWaysAndEndsInOrder) {
  std::string seen;
  std::string rest;
  {
    PeerThread peer([&](Peer& broker) {
      if (!accept(broker)) return;
      seen = receive(broker, 5);
      send(broker, "world");
      rest = receive(broker, 3);
      broker.receive_all();
    });
    Client client;
    ASSERT_TRUE(client.connect(at(peer), tls())) << client.failure->words;
    const std::array<std::string_view, 4> parts{"he", "", "l", "lo"};
    EXPECT_EQ(client.transport->write(parts), 5U);
    EXPECT_TRUE(client.receives("world"));
    EXPECT_TRUE(client.write("bye"));
    client.transport->close();
    EXPECT_EQ(client.transport->write(parts), 0U) << "closed";
    client.run_to_the_end();  // it has no more to do
    EXPECT_FALSE(client.end) << "nothing is told after close()";
  }
  EXPECT_EQ(seen, "hello");
  EXPECT_EQ(rest, "bye") << "what was taken leaves, also when it is closed at once";
}

TEST_P(TransportKindTest, Carries15MegabytesEachWayInOrder) {
  const std::string large = pattern(15'000'000);
  std::string seen;
  {
    PeerThread peer([&](Peer& broker) {
      if (!accept(broker)) return;
      seen = receive(broker, large.size());
      send(broker, large);
      broker.receive_all();
    });
    Client client;
    ASSERT_TRUE(client.connect(at(peer), tls())) << client.failure->words;
    const TimePoint start = Clock::now();
    EXPECT_TRUE(client.write(large));
    EXPECT_TRUE(client.run_until([&] { return client.received.size() >= large.size() || client.end; }));
    RecordProperty("milliseconds", static_cast<int>(since(start).count()));
    EXPECT_TRUE(client.received == large);
    EXPECT_GE(client.transport->traffic().received, large.size());
    client.transport->close();
    client.run_to_the_end();
  }
  EXPECT_TRUE(seen == large);
}

TEST_P(TransportKindTest, WhatIsNotReadIsNotTakenAndIsSeenInTheTraffic) {
  std::atomic<bool> reads{false};
  std::size_t seen = 0;
  const std::string large = pattern(30'000'000);
  std::size_t taken = 0;
  {
    PeerThread peer([&](Peer& broker) {
      if (!accept(broker)) return;
      eventually(within(patience), [&] { return reads.load(); });
      seen = receive(broker, large.size()).size();
    });
    Client client;
    ASSERT_TRUE(client.connect(at(peer), tls())) << client.failure->words;
    const std::array<std::string_view, 1> parts{large};
    taken = client.transport->write(parts);
    EXPECT_GT(taken, 0U);
    EXPECT_LT(taken, large.size());
    EXPECT_GT(client.transport->traffic().queued, 0U);
    reads = true;
    EXPECT_TRUE(client.run_until([&] { return client.times_writable > 0; }));
    EXPECT_TRUE(client.write(std::string_view(large).substr(taken)));
    EXPECT_TRUE(client.run_until([&] { return client.transport->traffic().queued == 0 || client.end; }));
    EXPECT_GE(client.transport->traffic().tcp_acked, large.size());
  }
  EXPECT_EQ(seen, large.size());
}

TEST_P(TransportKindTest, WhatWasTakenLeavesBehindABrokerThatReadsLate) {
  std::atomic<bool> reads{false};
  std::size_t seen = 0;
  std::size_t taken = 0;
  const std::string large = pattern(30'000'000);
  {
    PeerThread peer([&](Peer& broker) {
      if (!accept(broker)) return;
      eventually(within(patience), [&] { return reads.load(); });
      send(broker, "something that nobody reads");
      seen = receive(broker, large.size()).size();
    });
    Client client;
    ASSERT_TRUE(client.connect(at(peer), tls())) << client.failure->words;
    const std::array<std::string_view, 1> parts{large};
    taken = client.transport->write(parts);
    client.transport->close();
    reads = true;
    client.run_to_the_end();
  }
  EXPECT_EQ(seen, taken);
}

TEST_P(TransportKindTest, APeerThatClosesAndOneThatResetsAreTold) {
  for (const bool resets : {false, true}) {
    PeerThread peer([&](Peer& broker) {
      if (!accept(broker)) return;
      send(broker, "last words");
      receive(broker, 3);
      resets ? broker.reset() : broker.close();
    });
    Client client;
    ASSERT_TRUE(client.connect(at(peer), tls())) << client.failure->words;
    EXPECT_TRUE(client.receives("last words"));
    EXPECT_TRUE(client.write("end"));
    ASSERT_TRUE(client.ends());
    EXPECT_TRUE(client.end->by_peer);
    EXPECT_EQ(client.end->words, resets ? "connection reset by the broker" : "closed by the broker");
    client.transport->close();
  }
}

TEST_P(TransportKindTest, MayBeClosedWhileItTellsOfBytes) {
  PeerThread peer([&](Peer& broker) {
    if (!accept(broker)) return;
    send(broker, "one");
    broker.receive_all();
  });
  Client client;
  client.begin(at(peer), tls());
  ASSERT_TRUE(client.run_until([&] { return client.transport != nullptr || client.failure; }));
  ASSERT_NE(client.transport, nullptr);
  int told = 0;
  client.transport->start({[&](std::string_view) {
                             ++told;
                             client.transport->close();
                           },
                           {},
                           [&](const mqtt::TransportEnd&) { ADD_FAILURE() << "told after close()"; }});
  EXPECT_TRUE(client.run_until([&] { return told > 0; }));
  client.run_to_the_end();
  EXPECT_EQ(told, 1);
}

INSTANTIATE_TEST_SUITE_P(Over, TransportKindTest,
                         ::testing::Values(TransportKind{"Tcp", false, false},
                                           TransportKind{"Tls", true, false},
                                           TransportKind{"WebSocket", false, true},
                                           TransportKind{"SecureWebSocket", true, true}),
                         [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace bridge::test
