#include "front_page.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <array>
#include <nlohmann/json.hpp>

#include "front_page_style.h"

namespace bridge {
namespace {

constexpr const char* chromium = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8";

Response page_for(const std::string& accept, const FrontPage& page = {"1.2.3", {}, true}) {
  return front_page(page,
                    parse_request_head("GET / HTTP/1.1\r\nHost: h\r\nAccept: " + accept + "\r\n\r\n", {}));
}

std::string field_of(const Response& response, const std::string& wanted) {
  for (const auto& [name, value] : response.fields)
    if (name == wanted) return value;
  return "none";
}

TEST(FrontPageTest, IsAPageForBrowsersAndJsonForPrograms) {
  for (const char* accept : {chromium, "text/html", "text/*, application/json;q=0.9"})
    EXPECT_EQ(page_for(accept).content_type, "text/html; charset=utf-8") << accept;
  for (const char* accept : {"*/*", "application/json", "application/json, text/html", "image/png", ""})
    EXPECT_EQ(page_for(accept).content_type, "application/json") << accept;
  EXPECT_EQ(field_of(page_for("*/*"), "Vary"), "Accept");
  EXPECT_EQ(field_of(page_for(chromium), "Vary"), "Accept");
}

TEST(FrontPageTest, TellsProgramsWhatThisIsAndTheWaysIn) {
  const auto document = nlohmann::json::parse(page_for("*/*").content);
  EXPECT_EQ(document["name"], "mqtt-rest-bridge");
  EXPECT_EQ(document["version"], "1.2.3");
  EXPECT_EQ(document["ready"], true);
  EXPECT_FALSE(document.contains("reasons"));
  EXPECT_EQ(document["ways"][0]["path"], "/publish");
  EXPECT_EQ(document["ways"][0]["methods"], nlohmann::json({"POST"}));
  const auto unready =
      nlohmann::json::parse(page_for("*/*", {"1.2.3", {"not connected to the broker"}, true}).content);
  EXPECT_EQ(unready["ready"], false);
  EXPECT_EQ(unready["reasons"], nlohmann::json({"not connected to the broker"}));
}

TEST(FrontPageTest, LeavesOutTheWaysThatAreNotThere) {
  for (const char* accept : {"*/*", chromium}) {
    for (const char* path : {"/outbox/dead", "/outbox/messages/{id}"}) {
      EXPECT_NE(page_for(accept).content.find(path), std::string::npos) << accept;
      EXPECT_EQ(page_for(accept, {"1", {}, false}).content.find(path), std::string::npos) << accept;
    }
    EXPECT_EQ(page_for(accept).content.find("/publish?topic="), std::string::npos) << accept;
    EXPECT_NE(page_for(accept, {"1", {}, true, true}).content.find("/publish?topic="), std::string::npos)
        << accept;
  }
  EXPECT_EQ(page_for(chromium, {"1", {}, true, true}).content.find("href=\"publish"), std::string::npos)
      << "a link that publishes";
}

TEST(FrontPageTest, EscapesWhatIsNotConstant) {
  const std::string html =
      page_for(chromium, {"<1&2>", {"not subscribed to <script>alert('\"&')</script>"}, true}).content;
  EXPECT_NE(html.find("&lt;1&amp;2&gt;"), std::string::npos);
  EXPECT_NE(html.find("&lt;script&gt;alert(&#39;&quot;&amp;&#39;)&lt;/script&gt;"), std::string::npos);
  EXPECT_EQ(html.find("<script"), std::string::npos);
}

/// The browser computes the same of what stands between <style> and </style>.
TEST(FrontPageTest, LetsInItsOwnStyleAndNothingElse) {
  const Response page = page_for(chromium);
  const std::size_t begin = page.content.find("<style>") + 7;
  const std::string style = page.content.substr(begin, page.content.find("</style>") - begin);
  EXPECT_EQ(style, front_page_style);
  std::array<unsigned char, 32> digest{};
  ASSERT_EQ(EVP_Digest(style.data(), style.size(), digest.data(), nullptr, EVP_sha256(), nullptr), 1);
  std::array<unsigned char, 45> base64{};
  EVP_EncodeBlock(base64.data(), digest.data(), 32);
  const std::string hash = "sha256-" + std::string(base64.begin(), base64.end() - 1);
  EXPECT_EQ(field_of(page, "Content-Security-Policy"),
            "default-src 'none'; style-src '" + hash +
                "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  for (const char* fetched : {"http://", "https://", "src=", "url(", "@import", "<link", "style="})
    EXPECT_EQ(page.content.find(fetched), std::string::npos) << fetched;
}

}  // namespace
}  // namespace bridge
