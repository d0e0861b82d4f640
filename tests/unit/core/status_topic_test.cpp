#include "bridge/core/status_topic.h"

#include <gtest/gtest.h>

namespace bridge {
namespace {

TEST(StatusTopicTest, ReplacesEachPlaceholderAndNeverLoopsOverItsOwnText) {
  const StatusMessage status{"{client_id}/{client_id}", "", QoS::at_most_once, false};
  EXPECT_EQ(status_topic(status, "a{client_id}"), "a{client_id}/a{client_id}");
}

}  // namespace
}  // namespace bridge
