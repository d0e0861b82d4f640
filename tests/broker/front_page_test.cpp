// GET /: the answer to a browser, and to a program.

#include "bridge_fixture.h"

namespace bridge::test {
namespace {

using FrontPageTest = BridgeTest;

TEST_F(FrontPageTest, EachWayThatItNamesIsThere) {
  const nlohmann::json page = http_.get("/").json();
  ASSERT_TRUE(page.is_object());
  EXPECT_FALSE(page.value("version", "").empty());
  ASSERT_GE(page["ways"].size(), 7U);
  for (const auto& way : page["ways"]) {
    const std::string path = way["path"];
    const HttpResponse options = http_.request("OPTIONS", path);
    const std::string allowed = options.field("Allow");
    EXPECT_EQ(options.status, 204) << path;
    for (const std::string method : way["methods"])
      EXPECT_NE((", " + allowed).find(", " + method), std::string::npos) << method << " " << path;
  }
}

TEST_F(FrontPageTest, ShowsABrowserWhetherTheBridgeIsReady) {
  const HttpFields browser = {{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}};
  HttpResponse page = http_.request("GET", "/", {}, browser);
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.field("Content-Type"), "text/html; charset=utf-8");
  EXPECT_NE(page.content.find(">ready<"), std::string::npos) << page.content;
  broker_.kill();
  EXPECT_TRUE(bridge_.wait_until_not_ready(within(soon)));
  page = http_.request("GET", "/", {}, browser);
  EXPECT_EQ(page.status, 200) << "it is there all the same";
  EXPECT_NE(page.content.find(">not ready<"), std::string::npos) << page.content;
  EXPECT_NE(page.content.find("not connected to the broker"), std::string::npos) << page.content;
  EXPECT_EQ(http_.get("/").json().value("ready", true), false);
}

}  // namespace
}  // namespace bridge::test
