#include "subscriptions_handler.h"

#include <gtest/gtest.h>

#include "fakes/memory_logger.h"
#include "fakes/recorded_budget.h"
#include "fakes/scripted_subscriber.h"

namespace bridge {
namespace {

using std::chrono::seconds;

seconds wait_for(const std::string& method, const std::string& fields) {
  MemoryLogger logger;
  ScriptedSubscriber subscriber;
  Subscriptions subscriptions({{"known", QoS::at_most_once}}, {}, subscriber, nullptr, logger);
  subscriptions.on_connected({});
  const RequestHead head = parse_request_head(
      method + " /subscriptions/known HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n", HttpSettings());
  std::string content;
  const Responder responder([](const Response&) {});
  RecordedBudget budget;
  const RequestContext context{head, content, "known", responder, budget};
  if (method == "PUT")
    put_subscription(context, subscriptions, seconds(5));
  else
    delete_subscription(context, subscriptions, seconds(5));
  return budget.wait.value_or(seconds(-1));
}

TEST(SubscriptionsHandlerTest, WaitsForTheBrokerAsLongAsAPublishDoes) {
  for (const std::string method : {"PUT", "DELETE"}) {
    EXPECT_EQ(wait_for(method, ""), seconds(5));
    EXPECT_EQ(wait_for(method, "Prefer: wait=2\r\n"), seconds(2));
    EXPECT_EQ(wait_for(method, "Prefer: wait=60\r\n"), seconds(5)) << "it shortens only";
  }
}

}  // namespace
}  // namespace bridge
