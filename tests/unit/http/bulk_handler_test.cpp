#include "bulk_handler.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "bridge/core/error.h"
#include "fakes/manual_clock.h"
#include "fakes/manual_executor.h"
#include "fakes/recorded_budget.h"
#include "fakes/scripted_session.h"

namespace bridge {
namespace {

class BulkHandlerTest : public testing::Test {
 protected:
  BulkHandlerTest() { publisher.on_connected({}); }

  void post(std::string content) {
    const RequestHead head = parse_request_head("POST /publish/bulk HTTP/1.1\r\nHost: h\r\n\r\n", {});
    const Responder responder([&](Response given) { response = std::move(given); });
    publish_bulk(RequestContext{head, content, {}, responder, budget}, publishing, settings.http);
    publisher.on_turn(clock.now());
  }

  Settings settings;
  ManualClock clock;
  Counters counters;
  ScriptedSession session;
  RecordedBudget budget;
  std::optional<Response> response;
  RepeatedRequests repeats{clock, counters};
  ManualExecutor loop;
  Publisher publisher{settings, session, loop, clock, counters};  // behind what it tells when it ends
  Publishing publishing{publisher, repeats, std::chrono::seconds(5)};
};

TEST_F(BulkHandlerTest, PublishesNothingIfItsAnswerWouldFindNoRoom) {
  budget.room = 1000;
  try {
    post(R"([{"topic":"t","msg":"1"},{"topic":"t","msg":"2"}])");
    ADD_FAILURE() << "it was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.errc(), Errc::queue_full);
  }
  publisher.on_turn(clock.now());
  EXPECT_TRUE(session.sent.empty());
}

TEST_F(BulkHandlerTest, CountsTheDepthOfEachItemWhetherInAnArrayOrALine) {
  settings.http.max_json_depth = 3;
  const std::string right = R"({"topic":"t","msg":[[1]]})";
  const std::string wrong = R"({"topic":"t","msg":[[[1]]]})";
  post("[" + right + "]");
  EXPECT_EQ(session.sent_payloads(), std::vector<std::string>{"[[1]]"});
  post(right + "\n" + wrong);
  EXPECT_EQ(session.sent.size(), 2U) << "of two lines one";
  EXPECT_THROW(post("[" + wrong + "]"), Error);
}

TEST_F(BulkHandlerTest, ReservesRoomForTheLongestResults) {
  std::string name;
  for (int i = 0; i < 1000; ++i) name += R"(\u0001)";
  const std::string items[] = {R"({")" + name + R"(":1})", R"({")" + name + R"(":1,")" + name + R"(":2})",
                               R"({"topic":"t","msg":"m","properties":{")" + name + R"(":1}})"};
  for (const std::string& item : items) {
    post("[" + item + "," + item + "]");
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 207);
    EXPECT_LE(response->content.size(), budget.reserved) << response->content;
  }
}

}  // namespace
}  // namespace bridge
