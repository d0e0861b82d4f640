// Pages in a browser cannot use a bridge on the same machine (DNS rebinding, CSRF).

#include "bridge_fixture.h"
#include "problem.h"

namespace bridge::test {
namespace {

class OriginTest : public BridgeTest {
 protected:
  OriginTest()
      : BridgeTest(
            {.http = "allowed_hosts = [\"bridge.example\"]\nallowed_origins = [\"https://panel.example\"]"}) {
  }

  HttpResponse get_as(const std::string& host) {
    return http_.request("GET", "/healthz", {}, {{"Host", host}});
  }

  HttpResponse post_from(const std::string& origin, const HttpFields& more = {}) {
    HttpFields fields = {{"Origin", origin}};
    fields.insert(fields.end(), more.begin(), more.end());
    return http_.request("POST", "/topics/t", "hello", fields);
  }

  std::string port() const { return std::to_string(bridge_.port()); }
};

TEST_F(OriginTest, NamesOfThisMachineAreServed) {
  for (const std::string host : {"localhost", "LocalHost", "localhost.", "app.localhost", "127.0.0.1",
                                 "127.1.2.3", "[::1]", "bridge.example", "Bridge.Example"}) {
    EXPECT_EQ(get_as(host).status, 200) << host;
    EXPECT_EQ(get_as(host + ":" + port()).status, 200) << host;
  }
}

TEST_F(OriginTest, OthersNamesAreNot) {
  for (const std::string host :
       {"evil.example", "localhost.evil.example", "evil-localhost", "127.0.0.1.evil.example", "192.0.2.1",
        "[2001:db8::1]", "0.0.0.0", "bridge.example.evil.example", "127.0.0.1x"}) {
    expect_problem(get_as(host), 403, 135, "Host");
    expect_problem(get_as(host + ":" + port()), 403, 135, "Host");
  }
  EXPECT_NE(get_as("").status, 200);
}

TEST_F(OriginTest, TheAuthorityOfTheTargetCountsMoreThanHost) {
  const HttpFields local = {{"Host", "localhost"}};
  const HttpFields foreign = {{"Host", "evil.example"}};
  expect_problem(http_.request("GET", "http://evil.example/healthz", {}, local), 403, 135, "Host");
  EXPECT_EQ(http_.request("GET", "http://localhost/healthz", {}, foreign).status, 200);
  EXPECT_NE(http_.request("GET", "http://localhost@evil.example/healthz", {}, local).status, 200);
}

TEST_F(OriginTest, PagesOfOtherOriginsAreRefused) {
  for (const std::string origin : {"http://evil.example", "null", "https://127.0.0.1", "https://127.0.0.1:1",
                                   "https://127.0.0.1:", "http://panel.example", "https://panel.example:444",
                                   "https://panel.example.evil.example", "http://127.0.0.1:1", "file://", ""})
    expect_problem(post_from(origin), 403, 135, "Origin");
  expect_success(http_.request("POST", "/topics/good?qos=1", "x"));
  arrived("good");
  EXPECT_EQ(probe_.count(), 1U) << "a refused one has been published";
}

TEST_F(OriginTest, PagesOfItsOwnAndOfAllowedOriginsMayCall) {
  const HttpResponse own = post_from("http://127.0.0.1:" + port());
  expect_success(own);
  EXPECT_EQ(own.field("Access-Control-Allow-Origin"), "");
  const HttpResponse allowed = post_from("https://panel.example");
  expect_success(allowed);
  EXPECT_EQ(allowed.field("Access-Control-Allow-Origin"), "https://panel.example");
  EXPECT_EQ(allowed.field("Vary"), "Origin");
  const HttpResponse refused = http_.request("POST", "/publish", "{", {{"Origin", "https://panel.example"}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.field("Access-Control-Allow-Origin"), "https://panel.example")
      << "so that the page can read why";
}

TEST_F(OriginTest, AnAllowedPageThatAsksForLeaveGetsIt) {
  const HttpFields asks = {{"Origin", "https://panel.example"},
                           {"Access-Control-Request-Method", "PUT"},
                           {"Access-Control-Request-Headers", "content-type, idempotency-key"}};
  const HttpResponse leave = http_.request("OPTIONS", "/topics/a/b", {}, asks);
  EXPECT_EQ(leave.status, 204);
  EXPECT_EQ(leave.field("Access-Control-Allow-Origin"), "https://panel.example");
  EXPECT_NE(leave.field("Access-Control-Allow-Methods").find("PUT"), std::string::npos);
  EXPECT_EQ(leave.field("Access-Control-Allow-Headers"), "content-type, idempotency-key");
  expect_problem(http_.request("OPTIONS", "/topics/a/b", {},
                               {{"Origin", "http://evil.example"}, {"Access-Control-Request-Method", "PUT"}}),
                 403, 135, "Origin");
}

TEST_F(OriginTest, ARefusalIsNotShownToThePageOfTheRequestBefore) {
  const std::string page =
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\nOrigin: https://panel.example\r\n\r\n";
  for (const std::string bad : {"GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n", "\n"}) {
    HttpClient client = bridge_.http();
    ASSERT_TRUE(client.send_raw(page + bad));
    EXPECT_EQ(client.receive_response(within(soon)).field("Access-Control-Allow-Origin"),
              "https://panel.example");
    const HttpResponse refused = client.receive_response(within(soon));
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.field("Access-Control-Allow-Origin"), "");
  }
}

TEST_F(OriginTest, TheLogNamesTheFirstThatIsRefusedOfEachKind) {
  for (const std::string host : {"first.example", "second.example"}) get_as(host);
  for (const std::string origin : {"https://third.example", "https://fourth.example"}) post_from(origin);
  EXPECT_TRUE(bridge_.output().wait_for_line("Host 'first.example'", within(soon)));
  EXPECT_TRUE(bridge_.output().wait_for_line("Origin 'https://third.example'", within(soon)));
  bridge_.stop();
  EXPECT_EQ(bridge_.output().count("second.example"), 0U);
  EXPECT_EQ(bridge_.output().count("fourth.example"), 0U);
}

class HostOnUnixSocketTest : public BridgeTest {
 protected:
  HostOnUnixSocketTest() : BridgeTest({.transport = Transport::unix_socket}) {}
};

TEST_F(HostOnUnixSocketTest, AnyHostIsTakenAndNone) {
  for (const std::string fields :
       {"Host: /run/mqtt-rest-bridge/http.sock\r\n", "Host: %2Frun%2Fhttp.sock\r\n", "Host: unix\r\n",
        "Host: [::1]\r\n", "Host: evil.example\r\n", "Host:\r\n", ""}) {
    HttpClient client = bridge_.http();
    ASSERT_TRUE(client.send_raw("POST /topics/t?qos=1 HTTP/1.1\r\n" + fields + "Content-Length: 1\r\n\r\nm"));
    const HttpResponse response = client.receive_response(within(soon));
    EXPECT_EQ(response.status, 200) << fields << response.content;
  }
}

TEST_F(HostOnUnixSocketTest, ButNotAnyOrigin) {
  const HttpFields from_evil = {{"Host", "unix"}, {"Origin", "http://evil.example"}};
  expect_problem(http_.request("POST", "/topics/t", "m", from_evil), 403, 135, "Origin");
}

}  // namespace
}  // namespace bridge::test
