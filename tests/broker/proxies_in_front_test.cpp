// Behind a reverse proxy the connections to the bridge are shared: a request that the proxy and the bridge
// read differently would give one client's answer to another, or publish what nobody has sent.

#include <iostream>

#include "bridge_fixture.h"
#include "raw_requests.h"
#include "support/front_proxy.h"

namespace bridge::test {
namespace {

std::size_t count_in(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
    ++count;
  return count;
}

/// All requests that are known to be read differently by two readers, each with others behind it.
std::vector<std::string> ambiguous_requests() {
  std::vector<std::string> all;
  for (const RawRequest& request : raw_requests()) {
    all.push_back(request.bytes + hidden_request);
    all.push_back(request.bytes + "\r\n0\r\n\r\n" + hidden_request + good_request);
  }
  const std::string host = " HTTP/1.1\r\nHost: localhost\r\n";
  for (const std::string line :
       {"GET /healthz", "GET /nothing", "GET /publish", "POST /publish", "DELETE /topics/t",
        "OPTIONS /publish", "HEAD /healthz", "POST /topics/%23"}) {
    for (const std::string fields :
         {"", "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n",
          "Content-Encoding: gzip\r\n", "Connection: Content-Length\r\n", "Connection: Transfer-Encoding\r\n",
          "Upgrade: h2c\r\n",
          "Transfer-Encoding: \x0b"
          "chunked\r\n",
          "Transfer_Encoding: chunked\r\n"}) {
      all.push_back(hiding_in_content(line + host + fields) + good_request);
      all.push_back(hiding_in_chunk(line + host + fields) + good_request);
    }
  }
  return all;
}

class ProxyTest : public BridgeTest, public ::testing::WithParamInterface<FrontProxy::Kind> {
 protected:
  ProxyTest() : proxy_(GetParam(), bridge_.port()), other_(proxy_.port()) {}

  /// Another client of the proxy: each of its requests names itself, and so must the answer.
  void ask_as_another(int times) {
    for (int i = 0; i < times; ++i) {
      const std::string own_name = "own" + std::to_string(++asked_);
      const HttpResponse answer = other_.request("POST", "/topics/t?" + own_name + "=1", "hello");
      if (answer.status != 400 || answer.content.find(own_name) == std::string::npos) ++desynchronised_;
    }
  }

  static std::string received_to_the_end(const Socket& socket) {
    std::string received;
    while (const auto bytes = socket.receive(within(std::chrono::seconds(10)))) {
      if (bytes->empty()) break;
      received += *bytes;
    }
    return received;
  }

  FrontProxy proxy_;
  HttpClient other_;
  int asked_ = 0;
  int desynchronised_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Kinds, ProxyTest,
                         ::testing::Values(FrontProxy::Kind::nginx, FrontProxy::Kind::haproxy),
                         [](const auto& tested) {
                           return tested.param == FrontProxy::Kind::nginx ? "Nginx" : "Haproxy";
                         });

TEST_P(ProxyTest, EachAnswerGoesToItsRequestAndNothingElseIsPublished) {
  const std::vector<std::string> requests = ambiguous_requests();
  std::vector<Socket> sockets;
  for (const std::string& request : requests) {
    sockets.push_back(Socket::connect_to(proxy_.port()));
    sockets.back().send_all(request);
    ask_as_another(2);
  }
  std::size_t accepted = 0;
  for (const Socket& socket : sockets) accepted += count_in(received_to_the_end(socket), R"({"code":0})");
  ask_as_another(200);
  EXPECT_EQ(desynchronised_, 0);
  expect_success(http_.request("POST", "/topics/mark?qos=1", "mark"));
  arrived("mark");
  EXPECT_EQ(probe_.count() - 1, accepted) << "what has been published is not what was answered";
  std::cout << requests.size() << " ambiguous requests, " << asked_ << " others: " << desynchronised_
            << " desynchronised, " << accepted << " publishes answered\n";
  EXPECT_GT(accepted, 100U) << "the proxy lets nothing through";
}

}  // namespace
}  // namespace bridge::test
