// The connection as a client sees it: answers before the content, in order, and to the last byte.

#include "bridge_fixture.h"
#include "problem.h"
#include "support/gzip.h"
#include "support/raw_exchange.h"

namespace bridge::test {
namespace {

constexpr std::size_t mebibyte = 1048576;

class AdmissionTest : public BridgeTest {
 protected:
  explicit AdmissionTest(const BridgeOptions& options = {}) : BridgeTest(options) {}

  static std::string head(const std::string& request_line, const std::string& fields = {}) {
    return request_line + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
  }

  /// All bytes that come on a connection until they end with `end`, or the server closes.
  static std::string receive_until(const Socket& socket, const std::string& end) {
    std::string received;
    while (!received.ends_with(end)) {
      const auto bytes = socket.receive(within(soon));
      if (!bytes || bytes->empty()) break;
      received += *bytes;
    }
    return received;
  }
};

TEST_F(AdmissionTest, TheRefusalIsSeenByAClientThatGoesOnSending) {
  const std::string much = "Content-Length: " + std::to_string(300 * mebibyte) + "\r\n";
  const std::string chunk = "800000\r\n";
  struct Case {
    int status;
    std::string sent;
  };
  for (const auto& [status, sent] :
       {Case{413, head("POST /topics/t", much)},
        Case{415, head("POST /topics/t", much + "Content-Encoding: br\r\n")},
        Case{413, head("POST /topics/t", "Transfer-Encoding: chunked\r\n") + chunk},
        Case{400, head("POST /topics/t", much + much)}, Case{431, std::string(20000, 'x')}}) {
    HttpClient client = bridge_.http();
    client.send_raw(sent + std::string(8 * mebibyte, 'x'));
    expect_problem(client.receive_response(within(soon)), status, std::nullopt);
  }
}

TEST_F(AdmissionTest, AClientThatWaitsIsInvitedToSend) {
  const std::string coded = gzip_of("hello");
  for (const auto& [fields, content] :
       {std::pair<std::string, std::string>{"Content-Length: 5\r\n", "hello"},
        {"Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"},
        {"Content-Encoding: gzip\r\nContent-Length: " + std::to_string(coded.size()) + "\r\n", coded}}) {
    const Socket socket = Socket::connect_to(bridge_.port());
    socket.send_all(head("POST /topics/invited", fields + "Expect: 100-Continue\r\n"));
    EXPECT_EQ(receive_until(socket, "\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    socket.send_all(content);
    EXPECT_EQ(statuses_in(receive_until(socket, "}")), "200");
  }
  EXPECT_TRUE(eventually(within(soon), [&] { return probe_.count() == 3; }));
  for (const ReceivedMessage& message : probe_.received()) EXPECT_EQ(message.payload, "hello");
}

TEST_F(AdmissionTest, WhatWillNotBeTakenIsNotInvited) {
  const std::string expect = "Expect: 100-continue\r\n";
  const std::string five = "Content-Length: 5\r\n" + expect;
  for (const std::string& sent :
       {head("POST /topics/t", "Content-Length: 1048577\r\n" + expect),
        head("POST /topics/t", five + "Content-Encoding: br\r\n"),
        head("POST /topics/t", five + expect + five),
        head("POST /topics/t", five + "Origin: http://evil.example\r\n"), head("POST /nothing", five),
        head("PATCH /publish", five), head("GET /healthz", expect)}) {
    const Socket socket = Socket::connect_to(bridge_.port());
    socket.send_all(sent);
    const std::string received = receive_until(socket, "}");
    EXPECT_FALSE(received.starts_with("HTTP/1.1 100")) << sent << received;
    EXPECT_EQ(responses_in(received).size(), 1U) << sent << received;
  }
}

TEST_F(AdmissionTest, PipelinedRequestsAreAnsweredInOrder) {
  std::string sent;
  std::string expected;
  for (int i = 0; i < 200; ++i) {
    const int kind = i * i % 7;  // 0, 1, 2 or 4
    if (kind == 0) sent += head("POST /topics/two?qos=2", "Content-Length: 1\r\n") + "2";
    if (kind == 1) sent += head("GET /nothing");
    if (kind == 2) sent += head("POST /topics/zero", "Content-Length: 1\r\n") + "0";
    if (kind == 4) sent += head("POST /publish", "Content-Length: 2\r\n") + "{}";
    expected += std::to_string(kind == 1 ? 404 : kind == 4 ? 400 : 200) + (i < 199 ? " " : "");
  }
  const Socket socket = Socket::connect_to(bridge_.port());
  socket.send_all(sent);
  socket.shut_down_sending();
  EXPECT_EQ(statuses_in(receive_until(socket, "never")), expected);
}

TEST_F(AdmissionTest, AConnectionIsKeptAsTheClientAsks) {
  struct Case {
    std::string sent;
    std::string connection;
  };
  for (const auto& [sent, connection] :
       {Case{"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", ""},
        Case{"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "close"},
        Case{"GET /healthz HTTP/1.0\r\n\r\n", "close"},
        Case{"GET /healthz HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "keep-alive"},
        Case{"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n", ""}}) {
    const Socket socket = Socket::connect_to(bridge_.port());
    socket.send_all(sent);
    const auto responses = responses_in(receive_until(socket, "}"));
    ASSERT_EQ(responses.size(), 1U) << sent;
    EXPECT_EQ(responses[0].field("Connection"), connection) << sent;
    for (const char* name : {"Keep-Alive", "EXCEPTION_WHAT", "REMOTE_ADDR", "Server"})
      EXPECT_EQ(responses[0].field(name), "") << sent;
    if (connection == "close") {
      EXPECT_EQ(socket.receive(within(soon)), "") << sent;
    } else {
      socket.send_all(sent);
      EXPECT_EQ(responses_in(receive_until(socket, "}")).size(), 1U) << sent;
    }
  }
}

TEST_F(AdmissionTest, HeadIsGetWithoutTheContent) {
  for (const char* target : {"/healthz", "/readyz", "/subscriptions", "/nothing", "/publish"}) {
    const HttpResponse get = http_.get(target);
    const HttpResponse head = http_.request("HEAD", target);
    EXPECT_EQ(head.status, get.status) << target;
    for (const char* name : {"Content-Type", "Content-Length", "Allow"})
      EXPECT_EQ(head.field(name), get.field(name)) << target;
    EXPECT_EQ(http_.get("/healthz").status, 200) << "the answer had content: " << target;
  }
}

TEST_F(AdmissionTest, OptionsTellsWhatIsAllowed) {
  for (const auto& [target, allowed] :
       {std::pair{"/publish", "POST, OPTIONS"}, std::pair{"/healthz", "GET, HEAD, OPTIONS"},
        std::pair{"/publish/bulk", "POST, OPTIONS"}}) {
    const HttpResponse response = http_.request("OPTIONS", target);
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(response.content, "");
    EXPECT_EQ(response.field("Allow"), allowed);
  }
  EXPECT_NE(http_.request("OPTIONS", "/topics/a/b").field("Allow").find("DELETE"), std::string::npos);
  EXPECT_EQ(http_.request("OPTIONS", "/nothing").status, 404);
}

class DeadlinesTest : public AdmissionTest {
 protected:
  DeadlinesTest() : AdmissionTest({.http = "head_timeout = 1\nbody_timeout = 1\nidle_timeout = 1"}) {}
};

TEST_F(DeadlinesTest, WhatDoesNotArriveInTimeIs408AndSilenceIsClosed) {
  const std::vector<std::string> late = {
      "G", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n",
      head("POST /topics/t", "Content-Length: 5\r\n") + "hell",
      head("POST /topics/t", "Transfer-Encoding: chunked\r\n") + "5\r\nhell"};
  std::vector<Socket> sockets;
  const TimePoint start = Clock::now();
  for (const std::string& sent : late) {
    sockets.push_back(Socket::connect_to(bridge_.port()));
    sockets.back().send_all(sent);
  }
  const Socket silent = Socket::connect_to(bridge_.port());
  for (const Socket& socket : sockets) EXPECT_EQ(statuses_in(receive_until(socket, "never")), "408");
  EXPECT_EQ(receive_until(silent, "never"), "");
  EXPECT_GE(since(start), std::chrono::milliseconds(950));
  EXPECT_LE(since(start), scaled(std::chrono::milliseconds(2500)));
}

}  // namespace
}  // namespace bridge::test
