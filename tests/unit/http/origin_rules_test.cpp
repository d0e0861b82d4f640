#include "origin_rules.h"

#include <gtest/gtest.h>

#include "bridge/core/error.h"
#include "cross_origin.h"
#include "fakes/manual_clock.h"
#include "fakes/memory_logger.h"

namespace bridge {
namespace {

constexpr const char* own_authority = "127.0.0.1:8000";

HttpSettings with_address(const std::string& address) {
  HttpSettings settings;
  settings.address = address;
  return settings;
}

RequestHead head_of(const std::string& target, const std::string& fields) {
  return parse_request_head("POST " + target + " HTTP/1.1\r\n" + fields + "\r\n", {});
}

struct Log {
  MemoryLogger logger;
  ManualClock clock;
  RefusalLog refusals{logger, clock};
};

/// The fault of a request; empty if it is let through. The parser of heads finds a malformed Host.
std::optional<Errc> fault(const HttpSettings& settings, const RequestHead& head) {
  Log log;
  try {
    OriginRules(settings, log.refusals).check(head);
    EXPECT_TRUE(log.logger.lines.empty());
    return std::nullopt;
  } catch (const Error& error) {
    return error.errc();
  }
}

std::optional<Errc> fault_of_host(const HttpSettings& settings, const std::string& host) {
  try {
    return fault(settings, head_of("/publish", "Host: " + host + "\r\n"));
  } catch (const Error& error) {
    return error.errc();
  }
}

std::optional<Errc> fault_of_origin(const HttpSettings& settings, const std::string& origin) {
  return fault(settings,
               head_of("/publish", std::string("Host: ") + own_authority + "\r\nOrigin: " + origin + "\r\n"));
}

TEST(OriginRulesTest, ServesLocalNamesOnLoopback) {
  for (const char* host : {"127.0.0.1:8000", "127.0.0.1", "127.9.8.7:1", "localhost", "LocalHost:8000",
                           "localhost.", "panel.localhost", "[::1]:8000", "[::1]"}) {
    EXPECT_EQ(fault_of_host(with_address("127.0.0.1"), host), std::nullopt) << host;
    EXPECT_EQ(fault_of_host(with_address("::1"), host), std::nullopt) << host;
    EXPECT_EQ(fault_of_host(with_address("localhost"), host), std::nullopt) << host;
    EXPECT_EQ(fault_of_host(with_address("::ffff:127.0.0.1"), host), std::nullopt) << host;
  }
}

TEST(OriginRulesTest, RefusesEveryOtherNameOnLoopback) {
  for (const char* host :
       {"evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example",
        "evillocalhost", "192.0.2.1", "0.0.0.0", "[::]", "[fe80::1]", "", "127.1"}) {
    EXPECT_EQ(fault_of_host(with_address("127.0.0.1"), host), Errc::foreign_host) << host;
    EXPECT_EQ(fault_of_host(with_address("::ffff:127.0.0.1"), host), Errc::foreign_host) << host;
  }
}

TEST(OriginRulesTest, RefusesAHostThatIsNone) {
  for (const char* host : {"a b", "localhost/", "user@localhost", "a\"b", "localhost?", "[", "[::1"}) {
    EXPECT_EQ(fault_of_host(with_address("127.0.0.1"), host), Errc::malformed_request) << host;
  }
}

TEST(OriginRulesTest, ServesTheNamesThatAreAllowed) {
  HttpSettings settings;
  settings.allowed_hosts = {"bridge.example"};
  EXPECT_EQ(fault_of_host(settings, "Bridge.Example:443"), std::nullopt);
  EXPECT_EQ(fault_of_host(settings, "evil.example"), Errc::foreign_host);
}

TEST(OriginRulesTest, LooksAtTheHostOnLoopbackOnly) {
  for (const char* address : {"0.0.0.0", "192.0.2.1", "::", "unix:/run/http.sock"})
    EXPECT_EQ(fault_of_host(with_address(address), "any.example"), std::nullopt) << address;
}

TEST(OriginRulesTest, LooksAtTheHostOnAnyAddressThatHasNames) {
  HttpSettings settings = with_address("0.0.0.0");
  settings.allowed_hosts = {"bridge.example"};
  for (const char* host :
       {"bridge.example:8000", "localhost:8000", "192.0.2.1", "[2001:db8::1]:8000", "127.0.0.1"})
    EXPECT_EQ(fault_of_host(settings, host), std::nullopt) << host;
  for (const char* host : {"evil.example", "192.0.2.1.evil.example", "1.2.3.4.5"})
    EXPECT_EQ(fault_of_host(settings, host), Errc::foreign_host) << host;
}

TEST(OriginRulesTest, AsksNobodyForAHostOnAUnixSocket) {
  const HttpSettings settings = with_address("unix:/run/http.sock");
  for (const char* fields :
       {"Host: /run/http.sock\r\n", "Host: unix\r\n", "Host: [::1]\r\n", "Host:\r\n", ""})
    EXPECT_EQ(
        fault(settings, parse_request_head(std::string("GET / HTTP/1.1\r\n") + fields + "\r\n", settings)),
        std::nullopt)
        << fields;
  EXPECT_EQ(fault(settings, head_of("/", "Host: unix\r\nOrigin: https://evil.example\r\n")),
            Errc::foreign_origin);
}

TEST(OriginRulesTest, LooksAtTheHostOnAUnixSocketBehindAProxyThatHasNames) {
  HttpSettings settings = with_address("unix:/run/http.sock");
  settings.allowed_hosts = {"bridge.example"};
  EXPECT_EQ(fault(settings, head_of("/", "Host: bridge.example\r\nOrigin: https://bridge.example\r\n")),
            std::nullopt);
  EXPECT_EQ(fault(settings, head_of("/", "Host: evil.example\r\nOrigin: http://evil.example\r\n")),
            Errc::foreign_host);
  for (const char* host : {"[", "", "/run/http.sock"})
    EXPECT_EQ(fault(settings, parse_request_head(std::string("GET / HTTP/1.1\r\nHost: ") + host + "\r\n\r\n",
                                                 settings)),
              Errc::foreign_host)
        << host;
}

std::string detail_of(const HttpSettings& settings, const std::string& fields, Log& log) {
  try {
    OriginRules(settings, log.refusals).check(head_of("/publish", fields));
  } catch (const Error& error) {
    return error.what();
  }
  return "let through";
}

TEST(OriginRulesTest, SaysWhichHostCameAndWhatToSet) {
  Log log;
  EXPECT_EQ(detail_of({}, "Host: bridge:8000\r\n", log),
            "Host: 'bridge' is not served here; use localhost, or add it to http.allowed_hosts");
  EXPECT_EQ(detail_of({}, "Host: " + std::string(1000, 'x') + "\r\n", log),
            "Host: '" + std::string(64, 'x') +
                "... [1000 bytes]' is not served here; use localhost, or add it to http.allowed_hosts");
  EXPECT_EQ(log.logger.lines,
            std::vector<std::string>{"Refused a request for the Host 'bridge', see http.allowed_hosts"});
}

TEST(OriginRulesTest, SaysWhichOriginCameAndWhatToSet) {
  Log log;
  EXPECT_EQ(detail_of({}, "Host: localhost\r\nOrigin: https://x\x80\r\n", log),
            "Origin: pages of 'https://x\\x80' may not call here; see http.allowed_origins");
  EXPECT_EQ(log.logger.lines, std::vector<std::string>{
                                  "Refused a page of the Origin 'https://x\\x80', see http.allowed_origins"});
}

TEST(OriginRulesTest, TakesTheAuthorityOfAnAbsoluteTargetInPlaceOfHost) {
  const HttpSettings settings;
  EXPECT_EQ(fault(settings, head_of("http://evil.example/publish", "Host: localhost\r\n")),
            Errc::foreign_host);
  EXPECT_EQ(fault(settings, head_of("http://localhost/publish", "Host: evil.example\r\n")), std::nullopt);
}

TEST(OriginRulesTest, ServesWhoeverNamesNoHostInHttp10) {
  EXPECT_EQ(fault({}, parse_request_head("GET /healthz HTTP/1.0\r\n\r\n", {})), std::nullopt);
}

TEST(OriginRulesTest, RefusesPagesOfOtherOrigins) {
  for (const char* origin :
       {"http://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:8001", "https://127.0.0.1",
        "http://127.0.0.1:8000.evil.example", "", "file://", "http://", "https://", "http://:80"}) {
    EXPECT_EQ(fault_of_origin({}, origin), Errc::foreign_origin) << origin;
    EXPECT_EQ(fault_of_origin(with_address("0.0.0.0"), origin), Errc::foreign_origin) << origin;
  }
}

TEST(OriginRulesTest, ServesItsOwnOrigin) {
  EXPECT_EQ(fault_of_origin({}, "http://127.0.0.1:8000"), std::nullopt);
  HttpSettings https;
  https.tls.cert_file = "cert.pem";
  EXPECT_EQ(fault_of_origin(https, "https://127.0.0.1:8000"), std::nullopt);
  EXPECT_EQ(fault_of_origin(https, "http://127.0.0.1:8000"), Errc::foreign_origin);
}

std::optional<Errc> fault_at(const std::string& host, const std::string& origin,
                             const std::string& more = {}) {
  HttpSettings settings;
  settings.allowed_hosts = {"name.example"};
  return fault(settings, head_of("/publish", "Host: " + host + "\r\nOrigin: " + origin + "\r\n" + more));
}

TEST(OriginRulesTest, ServesItsOwnOriginBehindAProxyThatEndsTls) {
  EXPECT_EQ(fault_at("name.example", "https://name.example"), std::nullopt);
  EXPECT_EQ(fault_at("Name.example", "https://name.example:443"), std::nullopt);
  EXPECT_EQ(fault_at("name.example:443", "https://name.example"), std::nullopt);
  EXPECT_EQ(fault_at("name.example:8443", "https://name.example:8443"), std::nullopt);
  EXPECT_EQ(fault_at("name.example:80", "http://name.example"), std::nullopt);
  for (const char* origin : {"https://name.example:8443", "https://name.example:80",
                             "https://name.example.evil", "https://evil.example", "http://name.example:443",
                             "ws://name.example", "https://x@name.example", "https://name.example/"})
    EXPECT_EQ(fault_at("name.example", origin), Errc::foreign_origin) << origin;
  EXPECT_EQ(fault_at("evil.example", "https://evil.example"), Errc::foreign_host);
}

TEST(OriginRulesTest, BelievesABrowserThatCallsThePageForeign) {
  EXPECT_EQ(fault_at("name.example", "https://name.example", "Sec-Fetch-Site: same-origin\r\n"),
            std::nullopt);
  for (const char* site : {"cross-site", "same-site"})
    EXPECT_EQ(
        fault_at("name.example", "http://name.example", std::string("Sec-Fetch-Site: ") + site + "\r\n"),
        Errc::foreign_origin)
        << site;
}

TEST(OriginRulesTest, ServesTheOriginsThatAreAllowedAndTellsTheBrowser) {
  HttpSettings settings;
  settings.allowed_origins = {"https://panel.example"};
  EXPECT_EQ(fault_of_origin(settings, "https://panel.example"), std::nullopt);
  EXPECT_EQ(fault_of_origin(settings, "https://panel.example:8443"), Errc::foreign_origin);
  Log log;
  const OriginRules rules(settings, log.refusals);
  EXPECT_TRUE(rules.is_allowed_page("https://panel.example"));
  EXPECT_FALSE(rules.is_allowed_page("http://h"));
  EXPECT_FALSE(rules.is_allowed_page(""));
}

std::string field_of(const Response& response, const std::string& wanted) {
  for (const auto& [name, value] : response.fields)
    if (name == wanted) return value;
  return "none";
}

TEST(CrossOriginTest, LetsThePageSeeTheAnswer) {
  Response response{200, "text/plain", "x", {}};
  add_cross_origin_fields(head_of("/publish", "Host: h\r\nOrigin: https://panel.example\r\n"), response);
  EXPECT_EQ(field_of(response, "Access-Control-Allow-Origin"), "https://panel.example");
  EXPECT_EQ(field_of(response, "Vary"), "Origin");
  EXPECT_EQ(field_of(response, "Access-Control-Allow-Methods"), "none");
}

TEST(CrossOriginTest, FindsTheOriginOfAHeadThatIsNone) {
  const auto in = [](std::string_view head) { return origin_in(head).value_or("none"); };
  EXPECT_EQ(in("GET /\x01 x y HTTP/9\r\n: :\r\norigin:\thttps://a \r\nx"), "https://a");
  EXPECT_EQ(in("GET / HTTP/1.1\nOrigin: https://a\n"), "https://a");
  EXPECT_EQ(in("GET / HTTP/1.1\r\nOrigin: https://a"), "none") << "more may follow";
  EXPECT_EQ(in("GET / HTTP/1.1\r\nHost: h\r\n\r\nOrigin: https://a\r\n"), "none") << "that is content";
  EXPECT_EQ(in("GET / HTTP/1.1\r\nOrigin: https://a\r\nOrigin: https://b\r\n"), "none")
      << "no browser does that";
  EXPECT_EQ(in("Origin: https://a\r\n\r\n"), "none") << "that is the request line";
  EXPECT_EQ(in(""), "none");
}

TEST(CrossOriginTest, GivesLeaveBeforeTheRequest) {
  Response response{204, "", "", {{"Allow", "POST, OPTIONS"}}};
  add_cross_origin_fields(
      parse_request_head(
          "OPTIONS /publish HTTP/1.1\r\nHost: h\r\nOrigin: https://panel.example\r\n"
          "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type\r\n\r\n",
          {}),
      response);
  EXPECT_EQ(field_of(response, "Access-Control-Allow-Methods"), "POST, OPTIONS");
  EXPECT_EQ(field_of(response, "Access-Control-Allow-Headers"), "content-type");
}

}  // namespace
}  // namespace bridge
