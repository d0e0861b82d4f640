// Clients that send in small pieces, slowly, or on and on after they were refused.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <thread>

#include "bridge_fixture.h"
#include "problem.h"
#include "support/raw_exchange.h"

namespace bridge::test {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t one_mebibyte = 1048576;

std::string post_head(const std::string& target, const std::string& fields) {
  return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
}

std::string length_field(std::size_t size) { return "Content-Length: " + std::to_string(size) + "\r\n"; }

class SlowSendersTest : public BridgeTest {
 protected:
  explicit SlowSendersTest(
      const std::string& http = "body_timeout = 1\nmax_body_time = 4\nmin_body_rate = 1000")
      : BridgeTest({.http = http, .transport = Transport::http}) {}

  /// Sends `portion` bytes every 50 ms, until `size` bytes are sent or an answer has come.
  /// @return the answer; all of it if `size` was not reached.
  static std::string drip(const Socket& socket, std::size_t size, std::size_t portion) {
    TimePoint next = Clock::now();
    for (std::size_t sent = 0; sent < size; sent += portion) {
      next += milliseconds(50);
      if (const auto answer = socket.receive(next)) return *answer;
      socket.send_all(std::string(std::min(portion, size - sent), 'x'));
    }
    return socket.receive(within(soon)).value_or("nothing");
  }
};

TEST_F(SlowSendersTest, HeadAndContentInTwoWritesWithNaglesAlgorithmDoNotWaitForUs) {
  const Socket socket = Socket::connect_to(bridge_.port());
  const int off = 0;
  ASSERT_EQ(::setsockopt(socket.descriptor(), IPPROTO_TCP, TCP_NODELAY, &off, sizeof off), 0);
  std::vector<std::chrono::microseconds> times;
  for (int i = 0; i < 50; ++i) {
    const TimePoint start = Clock::now();
    socket.send_all(post_head("/topics/apart", length_field(5)));
    socket.send_all("hello");
    std::string received;
    while (!received.ends_with("}")) received += socket.receive(within(soon)).value_or("}");
    ASSERT_EQ(statuses_in(received), "200");
    times.push_back(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start));
  }
  std::sort(times.begin(), times.end());
  std::cout << "head and content in two writes: median " << times[25].count() << " us\n";
  EXPECT_LT(times[25], scaled(milliseconds(5)));
}

TEST_F(SlowSendersTest, ContentThatKeepsTheRateMayTakeLongerThanItsTimeout) {
  const Socket socket = Socket::connect_to(bridge_.port());
  const TimePoint start = Clock::now();
  socket.send_all(post_head("/topics/slow?qos=1", length_field(40000)));
  EXPECT_EQ(statuses_in(drip(socket, 40000, 1000)), "200");  // 20 kB/s
  EXPECT_GT(since(start), milliseconds(1900));
  EXPECT_EQ(arrived("slow").payload.size(), 40000U);
}

TEST_F(SlowSendersTest, ContentBelowTheRateIsToldSoAtItsTimeout) {
  const Socket socket = Socket::connect_to(bridge_.port());
  const TimePoint start = Clock::now();
  socket.send_all(post_head("/topics/slow", length_field(40000)));
  const std::string answer = drip(socket, 40000, 10);  // 200 B/s
  EXPECT_EQ(statuses_in(answer), "408");
  EXPECT_NE(answer.find("of 40000 bytes of the content arrived"), std::string::npos) << answer;
  EXPECT_LE(since(start), scaled(milliseconds(2500)));
}

TEST_F(SlowSendersTest, AFastBeginningDoesNotPayForSilence) {
  const Socket socket = Socket::connect_to(bridge_.port());
  const TimePoint start = Clock::now();
  socket.send_all(post_head("/topics/slow", length_field(40000)) + std::string(30000, 'x'));
  EXPECT_EQ(statuses_in(socket.receive(within(soon)).value_or("")), "408");
  EXPECT_LE(since(start), scaled(milliseconds(3500)));
}

TEST_F(SlowSendersTest, NoContentTakesLongerThanMaxBodyTime) {
  const Socket socket = Socket::connect_to(bridge_.port());
  const TimePoint start = Clock::now();
  socket.send_all(post_head("/topics/slow", length_field(900000)));
  EXPECT_EQ(statuses_in(drip(socket, 900000, 1000)), "408");
  EXPECT_GE(since(start), milliseconds(3900));
  EXPECT_LE(since(start), scaled(milliseconds(6000)));
}

class NoRateTest : public SlowSendersTest {
 protected:
  NoRateTest() : SlowSendersTest("body_timeout = 1\nmin_body_rate = 0") {}
};

TEST_F(NoRateTest, NothingExtendsTheTimeout) {
  const Socket socket = Socket::connect_to(bridge_.port());
  const TimePoint start = Clock::now();
  socket.send_all(post_head("/topics/slow", length_field(900000)));
  EXPECT_EQ(statuses_in(drip(socket, 900000, 1000)), "408");
  EXPECT_LE(since(start), scaled(milliseconds(2500)));
}

using RefusedSendersTest = BridgeTest;

TEST_F(RefusedSendersTest, OneThatGoesOnSlowlyReadsTheRefusal) {
  const Socket socket = Socket::connect_to(bridge_.port());
  ASSERT_TRUE(socket.send_all(post_head("/topics/t", length_field(300 * one_mebibyte))));
  TimePoint next = Clock::now();
  for (int i = 0; i < 50; ++i) {  // 1 KB each 100 ms, without reading
    std::this_thread::sleep_until(next += milliseconds(100));
    ASSERT_TRUE(socket.send_all(std::string(1000, 'x'))) << "reset after " << i << " pieces";
  }
  const std::string answer = socket.receive(within(soon)).value_or("nothing");
  EXPECT_EQ(statuses_in(answer), "413") << answer;
  EXPECT_EQ(socket.receive(within(soon)), "") << "and then the end, not a reset";
}

TEST_F(RefusedSendersTest, OneThatSendsMuchReadsTheRefusal) {
  const Socket socket = Socket::connect_to(bridge_.port());
  ASSERT_TRUE(socket.send_all(post_head("/topics/t", length_field(64 * one_mebibyte))));
  const std::string portion(one_mebibyte, 'x');
  for (int i = 0; i < 64; ++i) ASSERT_TRUE(socket.send_all(portion)) << "reset after " << i << " MiB";
  const std::string answer = socket.receive(within(soon)).value_or("nothing");
  EXPECT_EQ(statuses_in(answer), "413") << answer;
}

}  // namespace
}  // namespace bridge::test
