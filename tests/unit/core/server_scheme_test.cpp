#include "bridge/core/server_scheme.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

TEST(ServerSchemeTest, KnowsHowEachServerIsSpokenTo) {
  ASSERT_NE(scheme_of_server("mqtts://h"), nullptr);
  EXPECT_EQ(scheme_of_server("mqtts://h")->canonical, "ssl");
  EXPECT_TRUE(scheme_of_server("mqtts://h")->tls);
  EXPECT_TRUE(scheme_of_server("ws://h/mqtt")->web_socket);
  EXPECT_FALSE(scheme_of_server("tcp://wss://h")->tls);
  for (const char* uri : {"h", "http://h", "TCP://h", "://h", "tcp:h", ""})
    EXPECT_EQ(scheme_of_server(uri), nullptr) << uri;
}

}  // namespace
}  // namespace bridge
