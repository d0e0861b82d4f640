// Faults of http.allowed_origins and of http.user_property_fields.
#include <utility>
#include <vector>

#include "given.h"

namespace bridge {
namespace {

void expect_page_faults(const std::vector<std::pair<const char*, const char*>>& rows) {
  for (const auto& [file, faults] : rows) {
    Given given;
    given.file = file;
    EXPECT_EQ(given.faults(), faults) << file;
  }
}

TEST(PageAndFieldFaultsTest, TellsAFieldThatMustNotGoAlong) {
  expect_page_faults({
      {"[http]\nuser_property_fields = ['X-GitHub-Event', '*']",
       "bridge.toml:2: http.user_property_fields: item 2: must be the name of a header field, or "
       "its beginning with a * behind it: ce-*\n"},
      {"[http]\nuser_property_fields = ['Authorization']",
       "bridge.toml:2: http.user_property_fields: item 1: must not be a field that holds a secret "
       "or speaks to the bridge\n"},
  });
}

TEST(PageAndFieldFaultsTest, TellsAnOriginThatEverybodyCanSend) {
  expect_page_faults(
      {{"[http]\nallowed_origins = ['null']",
        "bridge.toml:2: http.allowed_origins: item 1: must not be null: any page can send that from a "
        "sandboxed frame\n"}});
}

TEST(PageAndFieldFaultsTest, TellsAnOriginThatNoBrowserSends) {
  const std::string start = "bridge.toml:2: http.allowed_origins: item 1: must leave out :";
  const std::string rest = ", as browsers do where it is the scheme's own port\n";
  for (const auto& [origin, port] : {std::pair{"http://panel.example:80", "80"},
                                     {"https://panel.example:443", "443"},
                                     {"http://[2001:db8::1]:80", "80"}}) {
    Given given;
    given.file = std::string("[http]\nallowed_origins = ['") + origin + "']";
    EXPECT_EQ(given.faults(), start + port + rest) << origin;
  }
  for (const char* origin :
       {"http://panel.example:443", "https://panel.example:80", "https://xn--pnl-sna.example",
        "http://192.0.2.1:3000", "http://localhost:5173"}) {
    Given given;
    given.file = std::string("[http]\nallowed_origins = ['") + origin + "']";
    EXPECT_EQ(given.faults(), "") << origin;
  }
}

}  // namespace
}  // namespace bridge
