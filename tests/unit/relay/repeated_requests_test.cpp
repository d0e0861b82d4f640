#include "bridge/relay/repeated_requests.h"

#include <gtest/gtest.h>

#include "publisher_fixture.h"

namespace bridge {
namespace {

using namespace std::chrono_literals;

class RepeatedRequestsTest : public PublisherTest {
 protected:
  RepeatedRequestsTest() { outbox_in_use = &outbox; }

  /// The result is kept under `name`.
  void submit(const std::string& key, std::uint64_t fingerprint, const std::string& name,
              QoS qos = QoS::at_least_once) {
    PublishOptions options(clock.now() + 5s);
    options.mark = RequestMark{key, fingerprint};
    repeats.submit(publisher(), message("of " + key, qos), options, [this, name](PublishResult result) {
      EXPECT_FALSE(results.contains(name)) << "told twice";
      results[name] = result;
    });
  }

  Errc refusal_of_key(const std::string& key, std::uint64_t fingerprint, QoS qos = QoS::at_least_once) {
    try {
      submit(key, fingerprint, "refused", qos);
    } catch (const Error& error) {
      return error.errc();
    }
    ADD_FAILURE() << "was taken";
    return Errc::internal;
  }

  RepeatedRequests repeats{clock, counters};
};

TEST_F(RepeatedRequestsTest, GiveTheFirstAnswerAgainAndSendNothing) {
  connect();
  submit("k", 1, "first");
  publisher().pump();
  outcome(0, Kind::accepted, 16);
  submit("k", 1, "repeat");
  publisher().pump();
  EXPECT_EQ(results["repeat"].reason_code, 16);
  EXPECT_EQ(session.sent.size(), 1U);
  EXPECT_EQ(counters.requests_repeated.value(), 1U);
}

TEST_F(RepeatedRequestsTest, WaitForTheFirstAnswerIfThereIsNoneYet) {
  connect();
  submit("k", 1, "first");
  submit("k", 1, "repeat");
  publisher().pump();
  EXPECT_TRUE(results.empty());
  outcome(0, Kind::accepted);
  EXPECT_EQ(error_of("first"), std::nullopt);
  EXPECT_EQ(error_of("repeat"), std::nullopt);
  EXPECT_EQ(session.sent.size(), 1U);
}

TEST_F(RepeatedRequestsTest, GiveTheIdOfWhatWasStored) {
  submit("k", 1, "first");
  outbox.flush();
  submit("k", 1, "repeat");
  EXPECT_EQ(results["repeat"].id, results["first"].id);
  EXPECT_NE(results["repeat"].id, "");
  EXPECT_EQ(outbox.stored.size(), 1U);
  EXPECT_EQ(outbox.stored.begin()->second.mark, (RequestMark{"k", 1}));
}

TEST_F(RepeatedRequestsTest, RefuseAKeyThatCameWithAnotherRequest) {
  submit("k", 1, "first");
  EXPECT_EQ(refusal_of_key("k", 2), Errc::key_reused);
  EXPECT_THROW(repeats.check({"k", 2}), Error);
  EXPECT_NO_THROW(repeats.check({"k", 1}));
}

TEST_F(RepeatedRequestsTest, LetWhatCameToNothingBeTriedAgain) {
  EXPECT_EQ(refusal_of_key("k", 1, QoS::at_most_once), Errc::not_connected);
  connect();
  submit("k", 1, "second", QoS::at_most_once);
  publisher().pump();
  outcome(0, Kind::accepted);
  EXPECT_EQ(error_of("second"), std::nullopt);
}

TEST_F(RepeatedRequestsTest, LetWhatWasRefusedLaterBeTriedAgain) {
  connect();
  submit("k", 1, "first");
  publisher().pump();
  outcome(0, Kind::refused, 151);
  EXPECT_EQ(error_of("first"), Errc::broker_refused);
  submit("k", 1, "second");
  publisher().pump();
  EXPECT_EQ(session.sent.size(), 2U);
}

TEST_F(RepeatedRequestsTest, DoNotRepeatWhatIsUnknown) {
  outbox.answer = Kept::failed;
  connect();
  submit("k", 1, "first");
  publisher().pump();
  clock.advance(5s);
  publisher().pump();
  outbox.flush();
  EXPECT_EQ(error_of("first"), Errc::unconfirmed);
  submit("k", 1, "repeat");
  publisher().pump();
  EXPECT_EQ(error_of("repeat"), Errc::unconfirmed);
  EXPECT_EQ(session.sent.size(), 1U) << "it may have arrived";
}

TEST_F(RepeatedRequestsTest, ForgetAfterTenMinutes) {
  submit("k", 1, "first");
  outbox.flush();
  clock.advance(10min);
  submit("k", 2, "another");
  outbox.flush();
  EXPECT_EQ(error_of("another"), std::nullopt);
  EXPECT_EQ(outbox.stored.size(), 2U);
}

TEST_F(RepeatedRequestsTest, ForgetEachAfterTenMinutesHoweverManyThereAre) {
  for (const char* key : {"a", "b", "c", "d", "k"}) submit(key, 1, key);
  outbox.flush();
  clock.advance(10min);
  submit("k", 1, "again");
  outbox.flush();
  EXPECT_NE(results["again"].id, results["k"].id);
  EXPECT_EQ(outbox.stored.size(), 6U);
}

TEST_F(RepeatedRequestsTest, KeepAHundredThousandAndForgetTheOldestFirst) {
  std::vector<KeptAnswer> kept;
  for (std::size_t i = 0; i <= RepeatedRequests::capacity; ++i)
    kept.push_back({{std::to_string(i), 1}, "id", std::chrono::milliseconds(200'000 - i)});
  RepeatedRequests full(clock, counters, kept);
  EXPECT_NO_THROW(full.check({"0", 2})) << "the oldest is forgotten";
  EXPECT_THROW(full.check({"1", 2}), Error);
}

TEST_F(RepeatedRequestsTest, RememberWhatAnEarlierProcessStored) {
  RepeatedRequests after_restart(clock, counters, {{{"k", 1}, "old id", 9min}, {{"gone", 1}, "x", 10min}});
  EXPECT_THROW(after_restart.check({"k", 2}), Error);
  EXPECT_NO_THROW(after_restart.check({"gone", 2}));
  PublishOptions options(clock.now() + 5s);
  options.mark = RequestMark{"k", 1};
  after_restart.submit(publisher(), message("again"), options,
                       [](const PublishResult& result) { EXPECT_EQ(result.id, "old id"); });
  outbox.flush();
  EXPECT_TRUE(outbox.stored.empty());
}

}  // namespace
}  // namespace bridge
