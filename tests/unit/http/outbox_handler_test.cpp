#include "outbox_handler.h"

#include <gtest/gtest.h>

#include "fakes/manual_clock.h"
#include "fakes/manual_executor.h"
#include "fakes/memory_outbox.h"
#include "fakes/recorded_budget.h"
#include "fakes/scripted_session.h"

namespace bridge {
namespace {

class OutboxHandlerTest : public testing::Test {
 protected:
  /// @return what a GET of `target` is refused with; empty if it is not.
  template <typename Handle>
  std::string refusal_of(const std::string& target, Handle handle) {
    const RequestHead head = parse_request_head("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n", {});
    std::string content;
    const Responder responder([](const Response&) {});
    RecordedBudget budget;
    try {
      handle(RequestContext{head, content, "", responder, budget});
    } catch (const Error& error) {
      EXPECT_EQ(error.errc(), Errc::invalid_field);
      return error.what();
    }
    return {};
  }
  std::string refusal_of_waiting(const std::string& query) {
    return refusal_of("/outbox/messages" + query,
                      [](const RequestContext& context) { list_waiting(context, nullptr); });
  }
  std::string refusal_of_dead(const std::string& query) {
    return refusal_of("/outbox/dead" + query,
                      [this](const RequestContext& context) { list_dead_letters(context, letters_); });
  }

 private:
  const Settings settings_;
  ManualClock clock_;
  ManualExecutor loop_;
  Counters counters_;
  ScriptedSession session_;
  MemoryOutbox outbox_;
  Publisher publisher_{settings_, session_, loop_, clock_, counters_, &outbox_};
  DeadLetters letters_{outbox_, publisher_, counters_};
};

TEST_F(OutboxHandlerTest, TakesEachParameterOnce) {
  EXPECT_EQ(refusal_of_waiting("?limit=1&after=2"), "");
  EXPECT_EQ(refusal_of_dead("?after=an-id&limit=1"), "");
}

TEST_F(OutboxHandlerTest, RefusesAParameterThatIsGivenTwice) {
  EXPECT_EQ(refusal_of_waiting("?limit=1&limit=2"), "limit: must not be given twice");
  EXPECT_EQ(refusal_of_waiting("?after=1&limit=1&after=1"), "after: must not be given twice");
  EXPECT_EQ(refusal_of_dead("?limit=1&limit=2"), "limit: must not be given twice");
  EXPECT_EQ(refusal_of_dead("?after=&after="), "after: must not be given twice");
}

TEST_F(OutboxHandlerTest, NamesAParameterThatItDoesNotKnow) {
  EXPECT_NE(refusal_of_waiting("?limits=1").find("limits"), std::string::npos);
  EXPECT_NE(refusal_of_dead("?before=1").find("before"), std::string::npos);
}

TEST_F(OutboxHandlerTest, RefusesALimitThatIsNone) {
  EXPECT_EQ(refusal_of_waiting("?limit=0"), "limit: must be a number from 1 to 1000");
  EXPECT_EQ(refusal_of_dead("?limit=101"), "limit: must be a number from 1 to 100");
  EXPECT_EQ(refusal_of_dead("?limit=ten"), "limit: must be a number from 1 to 100");
}

}  // namespace
}  // namespace bridge
