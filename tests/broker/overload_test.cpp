// More requests than the bridge can take: it says so at once, and goes on as before.

#include <sys/socket.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <thread>

#include "bridge_fixture.h"
#include "problem.h"
#include "support/active_clients.h"
#include "support/process_usage.h"
#include "support/raw_exchange.h"

namespace bridge::test {
namespace {

using std::chrono::milliseconds;

std::string publish_request(const std::string& topic, std::size_t size = 5) {
  return "POST /topics/" + topic +
         "?qos=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
         std::string(size, 'x');
}

std::string received_from(const Socket& socket) {
  return socket.receive(within(std::chrono::seconds(10))).value_or("nothing");
}

class FrozenBrokerTest : public BridgeTest {
 protected:
  explicit FrozenBrokerTest(
      const BridgeOptions& options = {.mqtt = "ack_timeout = 4",
                                      .more = "[publish]\nqueue_messages = 100\nwindow = 50"})
      : BridgeTest(options) {}
  ~FrozenBrokerTest() override { broker_.thaw(); }

  /// Clients that wait for an acknowledgement, twice as many as there is room for.
  std::vector<Socket> fill() {
    std::vector<Socket> waiting;
    for (std::size_t i = 0; i < 2 * room; ++i) {
      waiting.push_back(Socket::connect_to(bridge_.port()));
      waiting.back().send_all(publish_request("waits"));
    }
    return waiting;
  }

  /// Sends one more request. @return the status of its answer.
  int one_more(HttpClient& client, Latencies& latencies) {
    const TimePoint sent_at = Clock::now();
    client.send_raw(publish_request("more", 10000));
    const HttpResponse response = client.receive_response(within(soon));
    latencies.add(Clock::now() - sent_at);
    if (response.status == 503) {
      EXPECT_NE(response.field("Retry-After"), "");
    }
    return response.status;
  }

  static constexpr std::size_t room = 150;  // queue and window
};

TEST_F(FrozenBrokerTest, WhatThereIsNoRoomForIs503AtOnceAndMemoryStaysFlat) {
  broker_.freeze();
  const std::vector<Socket> waiting = fill();
  HttpClient client = bridge_.http();
  Latencies latencies;
  ASSERT_EQ(one_more(client, latencies), 503);
  const std::size_t memory = memory_of(bridge_.process().pid());
  for (int i = 0; i < 500; ++i) ASSERT_EQ(one_more(client, latencies), 503);
  std::cout << "overload: 503 p99 " << latencies.percentile(99).count() << " us, memory " << memory
            << " KiB and then " << memory_of(bridge_.process().pid()) << " KiB\n";
  EXPECT_LE(latencies.percentile(99), scaled(milliseconds(50)));
  if (!sanitized) {
    EXPECT_LE(memory_of(bridge_.process().pid()), memory + 1024);
  }
  std::map<std::string, std::size_t> outcomes;
  for (const Socket& socket : waiting) ++outcomes[statuses_in(received_from(socket))];
  EXPECT_GE(outcomes["503"], room - 1) << "one may be in nobody's hands";
  EXPECT_EQ(outcomes["503"] + outcomes["504"], 2 * room);
  broker_.thaw();
  EXPECT_TRUE(eventually(within(soon), [&] { return one_more(client, latencies) == 200; }));
}

class GoneClientsTest : public FrozenBrokerTest {
 protected:
  GoneClientsTest() : FrozenBrokerTest({.mqtt = "ack_timeout = 30\ndead_after = 0"}) {}
};

TEST_F(GoneClientsTest, ClientsThatLeaveWhileTheyWaitCostNothing) {
  const std::size_t descriptors = descriptors_of(bridge_.process().pid());
  const std::size_t clients = sanitized ? 200 : 1000;
  broker_.freeze();
  for (std::size_t i = 0; i < clients; ++i) {
    const Socket orderly = Socket::connect_to(bridge_.port());
    orderly.send_all(publish_request("gone"));
    const Socket rude = Socket::connect_to(bridge_.port());
    rude.send_all(publish_request("reset"));
    const linger at_once{1, 0};
    ::setsockopt(rude.descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  EXPECT_TRUE(bridge_.wait_until_serving(within(soon)));
  broker_.thaw();
  expect_success(http_.request("POST", "/topics/after?qos=1", "x"));
  const auto count_gone = [&] {
    const std::vector<ReceivedMessage> messages = probe_.received();
    return std::count_if(messages.begin(), messages.end(),
                         [](const ReceivedMessage& message) { return message.topic == "gone"; });
  };
  EXPECT_TRUE(eventually(within(soon), [&] { return count_gone() == static_cast<std::ptrdiff_t>(clients); }))
      << "who says goodbye has been heard: " << count_gone();
  EXPECT_TRUE(eventually(within(soon), [&] {
    return descriptors_of(bridge_.process().pid()) <= descriptors + 1;
  })) << "their connections are still open";
}

/// Connections that have been served, and stay open. A refused one is tried again: the server may still
/// count a client that left before.
std::vector<Socket> let_in(std::uint16_t port, std::size_t count) {
  std::vector<Socket> all;
  eventually(within(soon), [&] {
    Socket socket = Socket::connect_to(port);
    socket.send_all("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    std::string received;
    while (!received.ends_with("}")) {
      const auto bytes = socket.receive(within(soon));
      if (!bytes || bytes->empty()) return false;
      received += *bytes;
    }
    if (received.starts_with("HTTP/1.1 200 ")) all.push_back(std::move(socket));
    return all.size() == count;
  });
  return all;
}

TEST(ConnectionLimitTest, OneTooManyIsToldAndARoomThatIsLeftIsGiven) {
  const Mosquitto broker;
  BridgeProcess bridge({.mqtt_port = broker.port(), .http = "max_connections = 20"});
  std::vector<Socket> all = let_in(bridge.port(), 20);
  EXPECT_EQ(all.size(), 20U);
  for (int i = 0; i < 50; ++i) {
    HttpClient client = bridge.http();
    const HttpResponse response = client.get("/healthz");
    expect_problem(response, 503, 151);
    EXPECT_EQ(response.field("Retry-After"), "1");
    EXPECT_EQ(response.field("Connection"), "close");
  }
  all.pop_back();
  EXPECT_TRUE(bridge.wait_until_serving(within(soon)));
  all.front().send_all("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(statuses_in(received_from(all.front())), "200");
}

TEST(ConnectionLimitTest, OneAddressDoesNotTakeTheRoomOfAnother) {
  const Mosquitto broker;
  BridgeProcess bridge({.mqtt_port = broker.port(), .http = "max_connections_per_address = 5"});
  bridge.http().get("/healthz");
  const std::vector<Socket> all = let_in(bridge.port(), 5);
  for (int i = 0; i < 20; ++i) expect_problem(bridge.http().get("/healthz"), 503, 151);
  const Socket other = Socket::connect_to(bridge.port(), "127.0.0.2");
  other.send_all("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(statuses_in(received_from(other)), "200");
}

TEST(DescriptorsTest, WithoutOneLeftAcceptingWaitsAndNothingSpins) {
  const Mosquitto broker;
  BridgeProcess bridge({.mqtt_port = broker.port(), .descriptors = sanitized ? 100U : 64U});
  const pid_t process = bridge.process().pid();
  std::vector<Socket> all;
  for (int i = 0; i < 150; ++i) all.push_back(Socket::connect_to(bridge.port()));
  EXPECT_TRUE(bridge.output().wait_for_line("Cannot accept connections", within(soon)));
  const auto before = cpu_time_of(process);
  const TimePoint start = Clock::now();
  std::this_thread::sleep_until(start + milliseconds(1000));  // the test measures this time
  const auto used = cpu_time_of(process) - before;
  std::cout << "without descriptors: " << used.count() << " us of CPU in " << since(start).count() << " ms\n";
  EXPECT_LT(used, scaled(milliseconds(20)));

  all.front().send_all("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(statuses_in(received_from(all.front())), "200") << "who is in is served";
  all.back().send_all("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const Socket last = std::move(all.back());
  all.clear();
  EXPECT_EQ(statuses_in(received_from(last)), "200") << "who waits is let in when others leave";
  EXPECT_EQ(bridge.http().request("POST", "/topics/t?qos=1", "x").status, 200);
}

}  // namespace
}  // namespace bridge::test
