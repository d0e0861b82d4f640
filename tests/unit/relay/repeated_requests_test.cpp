#include "bridge/relay/repeated_requests.h"

#include <gtest/gtest.h>

#include "publisher_fixture.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

class RepeatedRequestsTest : public PublisherTest {
 protected:
  RepeatedRequestsTest() { outbox_in_use = &outbox; }

  /// Submits an item; its result will be kept under `name`.
  void submit(const std::string& key, std::uint64_t fingerprint, const std::string& name,
              QoS qos = QoS::at_least_once) {
    submit_item({{key, fingerprint}, 0, 1}, name, qos);
  }

  void submit_item(const RequestItem& item, const std::string& name, QoS qos = QoS::at_least_once) {
    repeats.submit(publisher(), item, message("of " + item.request.key, qos), PublishOptions{5s},
                   [this, name](PublishResult result) {
                     EXPECT_FALSE(results.contains(name)) << "told twice";
                     results[name] = result;
                   });
  }

  /// Submits all items of a request.
  void submit_bulk(const std::string& key, std::size_t items, QoS qos = QoS::at_least_once) {
    for (std::size_t i = 0; i < items; ++i) submit_item({{key, 1}, i, items}, key + std::to_string(i), qos);
  }

  bool is_known(const std::string& key, RepeatedRequests& to) {
    try {
      to.check({key, 4711}, 1);
    } catch (const Error& error) {
      EXPECT_EQ(error.errc(), Errc::key_reused);
      return true;
    }
    return false;
  }

  /// @return the error that submit() throws or tells at once.
  Errc refusal_of_key(const std::string& key, std::uint64_t fingerprint, QoS qos = QoS::at_least_once) {
    try {
      submit(key, fingerprint, "refused", qos);
    } catch (const Error& error) {
      return error.errc();
    }
    const Errc errc = error_of("refused").value_or(Errc::internal);
    results.erase("refused");
    return errc;
  }

  RepeatedRequests repeats{clock, counters};
};

TEST_F(RepeatedRequestsTest, GivesTheFirstAnswerAgainAndSendsNothing) {
  connect();
  submit("k", 1, "first");
  pump();
  outcome(0, Kind::accepted, 16);
  submit("k", 1, "repeat");
  pump();
  EXPECT_EQ(results["repeat"].reason_code, 16);
  EXPECT_EQ(session.sent.size(), 1U);
  EXPECT_EQ(counters.requests_repeated.value(), 1U);
}

TEST_F(RepeatedRequestsTest, WaitsForTheFirstAnswerIfThereIsNoneYet) {
  connect();
  submit("k", 1, "first");
  submit("k", 1, "repeat");
  pump();
  EXPECT_TRUE(results.empty());
  outcome(0, Kind::accepted);
  EXPECT_EQ(error_of("first"), std::nullopt);
  EXPECT_EQ(error_of("repeat"), std::nullopt);
  EXPECT_EQ(session.sent.size(), 1U);
}

TEST_F(RepeatedRequestsTest, GivesTheIdOfWhatWasStored) {
  submit("k", 1, "first");
  flush();
  submit("k", 1, "repeat");
  EXPECT_EQ(results["repeat"].id, results["first"].id);
  EXPECT_NE(results["repeat"].id, "");
  EXPECT_EQ(outbox.stored.size(), 1U);
  EXPECT_EQ(outbox.stored.begin()->second.token, token_of({{"k", 1}, 0, 1}));
}

TEST_F(RepeatedRequestsTest, RefusesAKeyThatCameWithAnotherRequest) {
  submit("k", 1, "first");
  EXPECT_EQ(refusal_of_key("k", 2), Errc::key_reused);
  EXPECT_THROW(repeats.check({"k", 2}, 1), Error);
  EXPECT_THROW(repeats.check({"k", 2}, 1000), Error) << "whatever its number of items";
  EXPECT_NO_THROW(repeats.check({"k", 1}, 1));
}

TEST_F(RepeatedRequestsTest, LetsWhatCameToNothingBeTriedAgain) {
  EXPECT_EQ(refusal_of_key("k", 1, QoS::at_most_once), Errc::not_connected);
  connect();
  submit("k", 1, "second", QoS::at_most_once);
  pump();
  outcome(0, Kind::accepted);
  EXPECT_EQ(error_of("second"), std::nullopt);
}

TEST_F(RepeatedRequestsTest, LetsWhatWasRefusedLaterBeTriedAgain) {
  connect();
  submit("k", 1, "first");
  pump();
  outcome(0, Kind::refused, 151);
  EXPECT_EQ(error_of("first"), Errc::broker_refused);
  submit("k", 1, "second");
  pump();
  EXPECT_EQ(session.sent.size(), 2U);
}

TEST_F(RepeatedRequestsTest, DoesNotRepeatWhatIsUnknown) {
  outbox.answer = AppendStatus::failed;
  connect();
  submit("k", 1, "first");
  pump();
  clock.advance(5s);
  pump();
  flush();
  EXPECT_EQ(error_of("first"), Errc::unconfirmed);
  submit("k", 1, "repeat");
  pump();
  EXPECT_EQ(error_of("repeat"), Errc::unconfirmed);
  EXPECT_EQ(session.sent.size(), 1U) << "it may have arrived";
}

TEST_F(RepeatedRequestsTest, ForgetsAfterTenMinutes) {
  submit("k", 1, "first");
  flush();
  clock.advance(10min);
  submit("k", 2, "another");
  flush();
  EXPECT_EQ(error_of("another"), std::nullopt);
  EXPECT_EQ(outbox.stored.size(), 2U);
}

TEST_F(RepeatedRequestsTest, ForgetsEachAfterTenMinutesHoweverManyThereAre) {
  for (const char* key : {"a", "b", "c", "d", "k"}) submit(key, 1, key);
  flush();
  clock.advance(10min);
  submit("k", 1, "again");
  flush();
  EXPECT_NE(results["again"].id, results["k"].id);
  EXPECT_EQ(outbox.stored.size(), 6U);
}

TEST_F(RepeatedRequestsTest, KeepsAHundredThousandAndForgetsTheOldestFirst) {
  std::vector<RememberedResponse> kept;
  for (std::size_t i = 0; i <= RepeatedRequests::capacity; ++i)
    kept.push_back({{std::to_string(i), 1}, "id", std::chrono::milliseconds(200'000 - i)});
  RepeatedRequests full(clock, counters, kept);
  EXPECT_FALSE(is_known("0", full)) << "the oldest is forgotten";
  EXPECT_TRUE(is_known("1", full));
}

TEST_F(RepeatedRequestsTest, CountsARequestOfManyItemsAsOne) {
  submit("early", 1, "early");
  for (const char* key : {"a", "b", "c"}) submit_item({{key, 1}, 0, 50'000}, key);
  flush();
  EXPECT_TRUE(is_known("early", repeats)) << "150,000 items, but only 4 keys";
}

TEST_F(RepeatedRequestsTest, KeepsAMillionItemsAndForgetsTheOldestRequestFirst) {
  submit("oldest", 1, "oldest");
  submit("next", 1, "next");
  flush();
  submit_item({{"large", 1}, 0, RepeatedRequests::item_capacity - 1}, "large");
  EXPECT_FALSE(is_known("oldest", repeats));
  EXPECT_TRUE(is_known("next", repeats));
  submit_item({{"larger", 1}, 0, RepeatedRequests::item_capacity + 1}, "larger");
  EXPECT_FALSE(is_known("next", repeats));
  EXPECT_TRUE(is_known("larger", repeats)) << "others may wait for it";
}

TEST_F(RepeatedRequestsTest, TriesOnlyTheItemsAgainThatCameToNothing) {
  connect();
  submit_item({{"k", 1}, 0, 2}, "taken");
  pump();
  outcome(0, Kind::accepted, 16);
  submit_item({{"k", 1}, 1, 2}, "refused");
  pump();
  outcome(1, Kind::refused, 151);
  EXPECT_EQ(error_of("refused"), Errc::broker_refused);
  submit_item({{"k", 1}, 0, 2}, "first again");
  submit_item({{"k", 1}, 1, 2}, "second again");
  pump();
  EXPECT_EQ(results["first again"].reason_code, 16);
  ASSERT_EQ(session.sent.size(), 3U);
  outcome(2, Kind::accepted);
  EXPECT_EQ(error_of("second again"), std::nullopt);
}

TEST_F(RepeatedRequestsTest, WaitsInBoundedNumbers) {
  connect();
  const RequestItem item{{"k", 1}, 0, 1};
  submit_item(item, "first");
  std::size_t told = 0;
  const auto repeat = [&] {
    repeats.submit(publisher(), item, message("repeat"), PublishOptions{5s},
                   [&](const PublishResult&) { ++told; });
  };
  for (std::size_t i = 0; i < RepeatedRequests::waiting_capacity; ++i) repeat();
  EXPECT_EQ(refusal_of_key("k", 1), Errc::queue_full);
  EXPECT_THROW(repeats.check({"k", 1}, 1), Error);
  EXPECT_NO_THROW(repeats.check({"another", 1}, 1));
  EXPECT_EQ(counters.requests_waiting_full.value(), 2U);
  pump();
  outcome(0, Kind::accepted);
  EXPECT_EQ(told, RepeatedRequests::waiting_capacity);
  EXPECT_NO_THROW(repeat()) << "there is room again";
}

TEST_F(RepeatedRequestsTest, RefusesABulkAsAWholeOfWhichNotAllItemsCouldWait) {
  submit_bulk("k", 2);
  for (std::size_t i = 1; i < RepeatedRequests::waiting_capacity; ++i)
    repeats.submit(publisher(), {{"k", 1}, 0, 2}, message("repeat"), PublishOptions{5s},
                   [](const PublishResult&) {});
  EXPECT_NO_THROW(repeats.check({"k", 1}, 1));
  EXPECT_THROW(repeats.check({"k", 1}, 2), Error);
}

TEST_F(RepeatedRequestsTest, RefusesAsLongAsWhatAnEarlierProcessStoredIsNotKnown) {
  repeats.await_earlier_process();
  try {
    repeats.check({"k", 1}, 1);
    ADD_FAILURE() << "was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.errc(), Errc::storage_failed);
  }
  EXPECT_EQ(refusal_of_key("k", 1), Errc::storage_failed);
  repeats.remember({{{"another", 1}, "id", 0s}});
  EXPECT_NO_THROW(repeats.check({"k", 1}, 1));
}

TEST_F(RepeatedRequestsTest, RemembersWhatAnEarlierProcessStored) {
  RepeatedRequests after_restart(
      clock, counters,
      {{token_of({{"k", 1}, 3, 5}), "old id", 9min}, {token_of({{"gone", 1}, 0, 1}), "x", 10min}});
  EXPECT_TRUE(is_known("k", after_restart));
  EXPECT_FALSE(is_known("gone", after_restart));
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < 5; ++i)
    after_restart.submit(publisher(), {{"k", 1}, i, 5}, message("again"), PublishOptions{5s},
                         [&](const PublishResult& result) { ids.push_back(result.id); });
  EXPECT_EQ(ids, std::vector<std::string>{"old id"});
  flush();
  EXPECT_EQ(outbox.stored.size(), 4U) << "of the others nothing is known";
}

}  // namespace
}  // namespace bridge
