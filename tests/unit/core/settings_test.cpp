#include "bridge/core/settings.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

/// Whoever closes an idle connection first must be the proxy: a request that it sends while the bridge closes
/// is answered 502 there. nginx (keepalive_timeout of an upstream) and Varnish (backend_idle_timeout) do so
/// after 60 s.
TEST(HttpSettingsTest, KeepAnIdleConnectionLongerThanProxiesDo) {
  EXPECT_GE(HttpSettings().idle_timeout, std::chrono::seconds(60 + 10));
}

}  // namespace
}  // namespace bridge
