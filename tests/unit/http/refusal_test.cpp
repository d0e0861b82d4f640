#include "refusal.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "fakes/manual_clock.h"
#include "fakes/memory_logger.h"

namespace bridge {
namespace {

class RefusalTest : public testing::Test {
 protected:
  RefusalTest() { settings.allowed_origins = {"https://panel.example"}; }

  std::string field(const std::string& name, Errc errc, std::string_view head_so_far) const {
    const Response response = refusal_of(Error(errc, "detail"), head_so_far, OriginRules(settings, refusals));
    for (const auto& [known, value] : response.fields)
      if (known == name) return value;
    return "none";
  }

  const std::string allow_origin = "Access-Control-Allow-Origin";
  ManualClock clock;
  MemoryLogger logger;
  mutable RefusalLog refusals{logger, clock};
  HttpSettings settings;
};

TEST_F(RefusalTest, IsSeenByAnAllowedPageThoughTheHeadIsIncomplete) {
  const std::string head = "GET / HTTP/1.1\r\nOrigin: https://panel.example\r\nHo";
  EXPECT_EQ(field(allow_origin, Errc::request_timeout, head), "https://panel.example");
  EXPECT_EQ(field(allow_origin, Errc::request_timeout, head.substr(0, 30)), "none") << "no whole line";
}

TEST_F(RefusalTest, IsNotSeenByAForeignPage) {
  EXPECT_EQ(field(allow_origin, Errc::malformed_request, "GET / HTTP/1.1\r\nOrigin: https://other\r\n"),
            "none");
}

TEST_F(RefusalTest, NamesTheCodingsThatAreSupported) {
  EXPECT_EQ(field("Accept-Encoding", Errc::unsupported_encoding, ""), "gzip, deflate");
  EXPECT_EQ(field("Accept-Encoding", Errc::malformed_request, ""), "none");
}

TEST_F(RefusalTest, ReplacesOnlyTheResponseOfARequestThatHasChangedNothing) {
  const auto is_replaceable_to = [this](const std::string& method, int status) {
    const RequestHead head = parse_request_head(method + " / HTTP/1.1\r\nHost: h\r\n\r\n", settings);
    return is_replaceable(json_response(status, "{}"), head);
  };
  EXPECT_TRUE(is_replaceable_to("GET", 200));
  EXPECT_TRUE(is_replaceable_to("HEAD", 200));
  EXPECT_TRUE(is_replaceable_to("PUT", 404));
  EXPECT_FALSE(is_replaceable_to("PUT", 200));
  EXPECT_FALSE(is_replaceable_to("DELETE", 502));
}

}  // namespace
}  // namespace bridge
