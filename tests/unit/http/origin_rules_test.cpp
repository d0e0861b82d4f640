#include "origin_rules.h"

#include <gtest/gtest.h>

#include "bridge/core/error.h"
#include "cross_origin.h"

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

/// What is wrong with a request; nothing if it is let through. A Host that is none is found by its parser.
std::optional<Errc> fault(const HttpSettings& settings, const RequestHead& head) {
  try {
    OriginRules(settings).check(head);
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
  for (const char* origin : {"http://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:8001",
                             "https://127.0.0.1:8000", "http://127.0.0.1:8000.evil.example", "", "file://"}) {
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

TEST(OriginRulesTest, ServesTheOriginsThatAreAllowedAndTellsTheBrowser) {
  HttpSettings settings;
  settings.allowed_origins = {"https://panel.example"};
  EXPECT_EQ(fault_of_origin(settings, "https://panel.example"), std::nullopt);
  EXPECT_EQ(fault_of_origin(settings, "https://panel.example:8443"), Errc::foreign_origin);
  const OriginRules rules(settings);
  EXPECT_TRUE(rules.is_allowed_page(head_of("/publish", "Host: h\r\nOrigin: https://panel.example\r\n")));
  EXPECT_FALSE(rules.is_allowed_page(head_of("/publish", "Host: h\r\nOrigin: http://h\r\n")));
  EXPECT_FALSE(rules.is_allowed_page(head_of("/publish", "Host: h\r\n")));
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
