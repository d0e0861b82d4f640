// Answers that come later, from another thread, or never.
#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <thread>

#include "served.h"

namespace bridge::test {
namespace {

std::size_t threads_of_process() {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/task"), {}));
}

TEST(DeferredTest, IsAnsweredFromAnotherThread) {
  Served served;
  const Socket client = ask(served.port(), "GET /wait HTTP/1.1");
  const Responder responder = served.responder(0);
  std::thread([&] { responder.complete(json_response(200, "{}")); }).join();
  EXPECT_TRUE(read_until(client, "{}").starts_with("HTTP/1.1 200 "));
}

TEST(DeferredTest, ServesAThousandThatWaitWithTwoThreads) {
  constexpr std::size_t clients = 1000;
  Served served;
  const std::size_t before = threads_of_process();
  std::vector<Socket> sockets;
  for (std::size_t i = 0; i < clients; ++i) sockets.push_back(ask(served.port(), "GET /wait HTTP/1.1"));
  served.responder(clients - 1);
  EXPECT_EQ(threads_of_process(), before);
  EXPECT_TRUE(served.client().request("POST", "/echo", "served meanwhile").content == "served meanwhile");
  for (std::size_t i = 0; i < clients; ++i) served.responder(i).complete(json_response(200, "{}"));
  for (const Socket& socket : sockets) EXPECT_TRUE(read_until(socket, "{}").ends_with("{}"));
}

TEST(DeferredTest, CostsNothingWhenItsClientHasLeft) {
  Served served;
  for (int i = 0; i < 100; ++i) ask(served.port(), "GET /wait HTTP/1.1");
  served.responder(99);
  for (std::size_t i = 0; i < 100; ++i) served.responder(i).complete(json_response(200, "{}"));
  EXPECT_EQ(served.client().request("POST", "/echo", "still here").content, "still here");
}

TEST(DeferredTest, IsTold504WhenNobodyAnswersInTime) {
  Served served({}, std::chrono::seconds(1));
  const Socket client = ask(served.port(), "GET /wait HTTP/1.1");
  const Responder responder = served.responder(0);
  EXPECT_TRUE(read_to_end(client).starts_with("HTTP/1.1 504 "));
  responder.complete(json_response(200, "{}"));
  EXPECT_EQ(served.client().request("POST", "/echo", "still here").content, "still here");
}

TEST(DeferredTest, IsTold504AfterTheTimeThatItsHandlerHasSet) {
  Served served({}, std::chrono::seconds(3600));
  const Socket client = ask(served.port(), "GET /hurry HTTP/1.1");
  EXPECT_TRUE(read_to_end(client).starts_with("HTTP/1.1 504 "));
}

TEST(DeferredTest, IsTold500WhenItsHandlerForgetsIt) {
  Served served;
  const Socket client = ask(served.port(), "GET /wait HTTP/1.1");
  served.responder(0);
  served.forget_responders();
  EXPECT_TRUE(read_until(client, "\"code\":-1}").starts_with("HTTP/1.1 500 "));
}

TEST(DeferredTest, KeepsTheOrderOfPipelinedRequests) {
  Served served;
  const Socket client = Socket::connect_to(served.port());
  client.send_all(
      "GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n"
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\nsecond");
  served.responder(0).complete({200, "text/plain", "first", {}});
  const std::string both = read_until(client, "second");
  EXPECT_LT(both.find("first"), both.find("second")) << both;
}

TEST(FinishingTest, AnswersWhatHadArrivedThoughItWasNotYetRead) {
  HttpSettings settings;
  settings.threads = 1;
  Served served(settings);
  const std::string request = "POST /take HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
  const Socket kept = Socket::connect_to(served.port());
  kept.send_all(request);
  read_until(kept, "{}");
  const Socket blocking = ask(served.port(), "GET /block HTTP/1.1");
  served.wait_until_blocked();
  kept.send_all(request);
  std::latch begun(1);
  std::thread stopping([&] {
    begun.count_down();
    served.server().stop(soon);
  });
  begun.wait();
  EXPECT_TRUE(port_is_open(served.port())) << "its closing waits, too";
  served.unblock();
  EXPECT_TRUE(read_to_end(kept).starts_with("HTTP/1.1 200 "));
  EXPECT_TRUE(read_to_end(blocking).starts_with("HTTP/1.1 200 "));
  stopping.join();
}

TEST(ArrivingTest, TooMuchAtATimeIsTold503AndTheRestIsServed) {
  HttpSettings settings;
  settings.max_body = 400000;
  settings.max_arriving = 1048576;  // less than one request and a little more: 1,465 KB for each loop
  Served served(settings);
  const std::string unfinished =
      "POST /take HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400000\r\n\r\n" + std::string(300000, 'x');
  std::vector<Socket> sockets;
  for (int i = 0; i < 16; ++i) {
    sockets.push_back(Socket::connect_to(served.port()));
    sockets.back().send_all(unfinished);
  }
  EXPECT_TRUE(eventually(within(soon), [&] { return served.counters().http_overloads.value() >= 8; }));
  EXPECT_EQ(served.client().request("POST", "/echo", "small").content, "small");
  std::size_t refused = 0;
  for (const Socket& socket : sockets) {
    socket.send_all(std::string(100000, 'x'));
    const std::string answer = read_until(socket, "\r\n\r\n");
    if (answer.starts_with("HTTP/1.1 503 ")) ++refused;
  }
  EXPECT_EQ(refused, 8U);
}

/// Clients that hold back the ends of their requests, until each of two loops has room for little more than
/// one request.
std::vector<Socket> fill(Served& served) {
  const std::string unfinished =
      "POST /take HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400000\r\n\r\n" + std::string(300000, 'x');
  std::vector<Socket> sockets;
  for (int i = 0; i < 10; ++i) {
    sockets.push_back(Socket::connect_to(served.port()));
    sockets.back().send_all(unfinished);
  }
  EXPECT_TRUE(eventually(within(soon), [&] { return served.counters().http_overloads.value() >= 2; }));
  return sockets;
}

HttpSettings little_room() {
  HttpSettings settings;
  settings.max_body = 400000;
  settings.max_arriving = 1048576;  // 1,465 KB for each loop
  return settings;
}

TEST(LeavingTest, WhatHasTakenEffectIsToldHoweverLittleRoomThereIs) {
  Served served(little_room());
  std::vector<Socket> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(ask(served.port(), "POST /reserve?0 HTTP/1.1"));
  served.responder(3);
  const std::vector<Socket> arriving = fill(served);
  const std::string large = std::string(400000, 'y') + "end";
  for (std::size_t i = 0; i < 4; ++i) served.responder(i).complete({207, "text/plain", large, {}});
  for (const Socket& client : clients) {
    const std::string answer = read_until(client, "end");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 207 ")) << answer.substr(0, 100);
    EXPECT_TRUE(answer.ends_with("yend"));
  }
}

TEST(LeavingTest, WhatHasReservedRoomKeepsItAndWhatFindsNoneIsToldAtOnce) {
  Served served(little_room());
  std::vector<Socket> kept;
  for (int i = 0; i < 2; ++i) kept.push_back(ask(served.port(), "POST /reserve?700000 HTTP/1.1"));
  served.responder(1);
  std::vector<Socket> more;
  for (int i = 0; i < 4; ++i) more.push_back(ask(served.port(), "POST /reserve?800000 HTTP/1.1"));
  std::size_t refused = 0;
  EXPECT_TRUE(eventually(within(soon), [&] {
    refused = served.counters().http_overloads.value();
    return refused + served.waiting() == 6;
  }));
  EXPECT_EQ(refused, 4U) << "half of each loop's room is for them";
  for (std::size_t i = 0; i < served.waiting(); ++i) served.responder(i).complete(json_response(200, "{}"));
  for (const Socket& client : kept) EXPECT_TRUE(read_until(client, "}").starts_with("HTTP/1.1 200 "));
  EXPECT_TRUE(eventually(within(soon), [&] {
    return served.client().request("POST", "/echo", std::string(400000, 'x')).status == 200;
  })) << "what was reserved is free again";
}

TEST(LeavingTest, LargeAnswersThatAreNotTakenAreNotMadeWithoutEnd) {
  HttpSettings settings;
  settings.max_arriving = 1048576;  // 2.1 MB for each of the two loops
  Served served(settings);
  const std::string request =
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n" + std::string(1000000, 'x');
  std::vector<Socket> sockets;
  for (int i = 0; i < 40; ++i) {  // the sockets hold more on top
    sockets.push_back(Socket::connect_to(served.port()));
    sockets.back().send_all(request);
  }
  EXPECT_TRUE(eventually(within(soon), [&] { return served.counters().http_overloads.value() > 0; }));
  sockets.clear();
  EXPECT_TRUE(eventually(within(soon), [&] {
    return served.client().request("POST", "/echo", std::string(100000, 'x')).status == 200;
  })) << "what was held is free again";
}

}  // namespace
}  // namespace bridge::test
