#include "httplib_gateway.h"

#include <gtest/gtest.h>

#include <optional>

#include "bridge/core/error.h"
#include "fakes/recorded_budget.h"

namespace bridge {
namespace {

class HttplibGatewayTest : public testing::Test {
 protected:
  HttplibGatewayTest() {
    gateway.route("POST", "/publish", [this](RequestContext& context) { echo("publish", context); });
    gateway.route("GET", "/things", [this](RequestContext& context) { echo("things", context); });
    gateway.route_below("PUT", "/things/", [this](RequestContext& context) { echo("thing", context); });
    gateway.route("GET", "/error", [](RequestContext&) { throw Error(Errc::invalid_qos, "qos: wrong"); });
    gateway.route("GET", "/exception", [](RequestContext&) { throw std::runtime_error("a secret"); });
    gateway.route("GET", "/forgotten", [](RequestContext&) {});
  }

  void echo(const std::string& route, RequestContext& context) {
    query = context.head.query();
    context.responder.complete(
        {200, "text/plain", route + "|" + std::string(context.resource) + "|" + context.content, {}});
  }

  Response request(const std::string& line, const std::string& content = "") {
    std::optional<Response> response;
    const RequestHead head =
        parse_request_head(line + " HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", {});
    RecordedBudget budget;
    gateway.handle(head, content, Responder([&](Response given) { response = std::move(given); }), budget);
    return response.value_or(Response{0, "", "", {}});
  }

  HttplibGateway gateway;
  std::string query;
};

TEST_F(HttplibGatewayTest, RoutesByMethodAndPath) {
  EXPECT_EQ(request("POST /publish", "body").content, "publish||body");
  EXPECT_EQ(request("POST /publish/").content, "publish||");
  EXPECT_EQ(request("GET /things").content, "things||");
  EXPECT_EQ(request("HEAD /things").status, 200);
  EXPECT_EQ(request("GET /nothing").status, 404);
  EXPECT_EQ(request("GET /publishx").status, 404);
}

TEST_F(HttplibGatewayTest, TakesSeveralSlashesAtTheBeginningForOne) {
  EXPECT_EQ(request("POST //publish", "body").content, "publish||body");
  EXPECT_EQ(request("POST ///publish/").content, "publish||");
  EXPECT_EQ(request("PUT //things//a//b").content, "thing|/a//b|") << "what is below a prefix stays";
  EXPECT_EQ(request("PUT /things//").content, "thing|/|");
  EXPECT_EQ(request("GET //nothing").status, 404);
  EXPECT_TRUE(gateway.has_route_for(parse_request_head("POST //publish HTTP/1.1\r\nHost: h\r\n\r\n", {})));
}

TEST_F(HttplibGatewayTest, TellsThoseWhoAreLostWhereToGo) {
  gateway.signpost("; use POST /publish");
  gateway.route("GET", "/", [this](RequestContext& context) { echo("front", context); });
  for (const char* line : {"GET /nothing", "POST /publish/x", "OPTIONS /nothing", "POST /"})
    EXPECT_NE(request(line).content.find("; use POST /publish"), std::string::npos) << line;
  EXPECT_EQ(request("POST /").status, 405);
  EXPECT_EQ(request("GET /").content, "front||");
  EXPECT_EQ(request("GET //").content, "front||");
  EXPECT_EQ(request("HEAD /").status, 200);
}

TEST_F(HttplibGatewayTest, SaysWhyAMethodIsNotAllowedWhereItWasTold) {
  gateway.explain("GET", "/publish", "a setting would allow it");
  const Response explained = request("GET /publish/");
  EXPECT_EQ(explained.status, 405);
  EXPECT_NE(explained.content.find("a setting would allow it"), std::string::npos);
  EXPECT_EQ(explained.fields.back(), (std::pair<std::string, std::string>("Allow", "POST, OPTIONS")));
  EXPECT_EQ(request("PUT /publish").content.find("a setting"), std::string::npos);
}

TEST_F(HttplibGatewayTest, GivesTheRestOfThePathAsItCame) {
  EXPECT_EQ(request("PUT /things/a%2Fb/../+/%00//").content, "thing|a%2Fb/../+/%00//|");
  EXPECT_EQ(request("PUT /things/").content, "thing||");
  const std::string longest(4000, 'x');
  EXPECT_EQ(request("PUT /things/" + longest).content, "thing|" + longest + "|");
}

TEST_F(HttplibGatewayTest, TellsTheMethodsOfOnePrefixApart) {
  gateway.route_below("DELETE", "/things/", [this](RequestContext& context) { echo("delete", context); });
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(request("DELETE /things/x").content, "delete|x|");
    EXPECT_EQ(request("PUT /things/x").content, "thing|x|");
    EXPECT_EQ(request("DELETE /things/").content, "delete||");
    EXPECT_EQ(request("GET /things/").content, "things||");
    EXPECT_EQ(request("GET /things/x").status, 405);
  }
}

TEST_F(HttplibGatewayTest, KnowsBeforehandWhatItHasAHandlerFor) {
  const auto knows = [&](const std::string& line) {
    return gateway.has_route_for(parse_request_head(line + " HTTP/1.1\r\nHost: h\r\n\r\n", {}));
  };
  EXPECT_TRUE(knows("POST /publish/?x"));
  EXPECT_TRUE(knows("PUT /things/a/b"));
  EXPECT_FALSE(knows("PUT /things"));
  EXPECT_FALSE(knows("DELETE /things/a"));
  EXPECT_FALSE(knows("POST /nothing"));
  EXPECT_TRUE(knows("POST /publ%69sh")) << "the library decodes it";
}

TEST_F(HttplibGatewayTest, RefusesANulInAPath) {
  EXPECT_EQ(request("POST /publish%00").status, 400);
  EXPECT_EQ(request("GET /%00").status, 400);
}

TEST_F(HttplibGatewayTest, LeavesTheQueryAlone) {
  EXPECT_EQ(request("GET /things?b=1+2&a==%C3%BC&b=1+2").content, "things||");
  EXPECT_EQ(query, "b=1+2&a==%C3%BC&b=1+2");
}

TEST_F(HttplibGatewayTest, TakesAPathWithASlashAtItsEnd) {
  EXPECT_EQ(request("GET /things/").content, "things||");
  EXPECT_EQ(request("DELETE /things/").status, 405);
}

TEST_F(HttplibGatewayTest, SaysWhichMethodsAreAllowed) {
  const Response refused = request("DELETE /things");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.fields.back(), (std::pair<std::string, std::string>("Allow", "GET, HEAD, OPTIONS")));
  EXPECT_EQ(request("PATCH /publish").status, 405);
  const Response options = request("OPTIONS /things/x");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.fields.back().second, "PUT, OPTIONS");
}

TEST_F(HttplibGatewayTest, SaysWhichMethodsTheServerAsAWholeKnows) {
  const Response options = request("OPTIONS *");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.fields.back(),
            (std::pair<std::string, std::string>("Allow", "POST, GET, HEAD, PUT, OPTIONS")));
}

TEST_F(HttplibGatewayTest, RoutesTheSameWayEachTime) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(request("POST /publish", "body").content, "publish||body");
    EXPECT_EQ(request("DELETE /publish").status, 405);
    EXPECT_EQ(request("GET /things?x").content, "things||");
    EXPECT_EQ(request("HEAD /things").content, "things||");
    EXPECT_EQ(request("PUT /things/x").content, "thing|x|");
    EXPECT_EQ(request("GET /things/x").status, 405);
    EXPECT_EQ(request("GET /exception").status, 500);
    EXPECT_EQ(request("GET /error").status, 400);
  }
}

TEST_F(HttplibGatewayTest, AnswersWhateverAHandlerDoes) {
  EXPECT_EQ(request("GET /error").status, 400);
  const Response exception = request("GET /exception");
  EXPECT_EQ(exception.status, 500);
  EXPECT_EQ(exception.content.find("secret"), std::string::npos);
  EXPECT_EQ(request("GET /forgotten").status, 500);
}

}  // namespace
}  // namespace bridge
