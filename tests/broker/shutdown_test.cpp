// SIGTERM while much is going on: complete requests are answered, and the bridge does not wait for those
// that never will be.

#include <csignal>
#include <iostream>
#include <thread>

#include "bridge_fixture.h"
#include "support/active_clients.h"
#include "support/fake_broker.h"
#include "support/raw_exchange.h"

namespace bridge::test {
namespace {

std::string request_for(const std::string& topic) {
  return "POST /topics/" + topic + "?qos=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello";
}

TEST(ShutdownTest, AnswersAreGivenAndSlowClientsDoNotHoldItUp) {
  const Mosquitto broker;
  BridgeProcess bridge({.mqtt_port = broker.port()});
  const std::string request = request_for("t");
  std::vector<Socket> slow;
  for (std::size_t i = 0; i < 100; ++i) {
    slow.push_back(Socket::connect_to(bridge.port()));
    slow.back().send_all(request.substr(0, i % request.size()));
  }
  broker.freeze();
  std::vector<Socket> in_flight;
  for (int i = 0; i < 12; ++i) {
    in_flight.push_back(Socket::connect_to(bridge.port()));
    in_flight.back().send_all(request);
  }
  EXPECT_TRUE(bridge.wait_until_serving(within(soon)));
  const Socket drips = Socket::connect_to(bridge.port());
  drips.send_all(request.substr(0, 10));

  const TimePoint start = Clock::now();
  bridge.process().signal(SIGTERM);
  std::thread dripping([&] {
    for (const char byte : request.substr(10, 40)) {
      if (!drips.send_all(std::string(1, byte))) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));  // as a slow client does
    }
  });
  std::thread thawing([&] {
    bridge.output().wait_for_line("Stopping", within(soon));
    broker.thaw();
  });
  const auto status = bridge.process().wait_for_exit(start + scaled(std::chrono::seconds(5)));
  std::cout << "SIGTERM with 100 slow, 12 in flight, one that drips: ended after " << since(start).count()
            << " ms\n";
  EXPECT_EQ(status, 0);
  for (const Socket& socket : in_flight)
    EXPECT_EQ(statuses_in(received_to_the_end(socket, within(soon))), "200");
  dripping.join();
  thawing.join();
}

TEST(ShutdownTest, WhatIsNeverConfirmedIsAnsweredToo) {
  BrokerScript script;
  script.puback = [](const std::string&) { return -1; };
  const FakeBroker broker(script);
  BridgeProcess bridge({.mqtt_port = broker.port(), .mqtt = "ack_timeout = 60"});
  std::vector<Socket> in_flight;
  for (int i = 0; i < 12; ++i) {
    in_flight.push_back(Socket::connect_to(bridge.port()));
    in_flight.back().send_all(request_for("t"));
  }
  EXPECT_TRUE(eventually(within(soon), [&] { return broker.published_topics().size() == 12; }));
  const TimePoint start = Clock::now();
  bridge.process().signal(SIGTERM);
  EXPECT_EQ(bridge.process().wait_for_exit(start + scaled(std::chrono::seconds(5))), 0);
  for (const Socket& socket : in_flight)
    EXPECT_EQ(statuses_in(received_to_the_end(socket, within(soon))), "504");
}

}  // namespace
}  // namespace bridge::test
