#include "bridge/relay/subscriptions.h"

#include <gtest/gtest.h>

#include "fakes/memory_logger.h"
#include "fakes/scripted_subscriber.h"

namespace bridge {
namespace {

using State = SubscriptionStatus::State;

/// Keeps the changes that it was given. The test decides if the disk took them.
class ScriptedStore : public SubscriptionStore {
 public:
  void save(std::vector<SubscriptionChange> changes, std::function<void(bool)> done) override {
    kept = std::move(changes);
    done(takes);
  }
  std::vector<SubscriptionChange> kept;
  bool takes = true;
};

class SubscriptionsTest : public testing::Test {
 protected:
  Subscriptions make(const std::vector<SubscriptionChange>& changes = {}) {
    return {{{"a", QoS::at_most_once}, {"b/#", QoS::at_least_once}}, changes, subscriber, &store, logger};
  }
  Subscriptions::Done keep_result() {
    return [this](const SubscriptionResult& told) { result = told; };
  }

  ScriptedSubscriber subscriber;
  ScriptedStore store;
  MemoryLogger logger;
  std::optional<SubscriptionResult> result;
};

TEST_F(SubscriptionsTest, SubscribesToAllAfterEachConnect) {
  Subscriptions subscriptions = make();
  subscriptions.on_connected({});
  EXPECT_EQ(subscriber.subscribed,
            (std::vector<Subscription>{{"a", QoS::at_most_once}, {"b/#", QoS::at_least_once}}));
  EXPECT_EQ(subscriptions.not_granted(), (std::vector<std::string>{"a", "b/#"}));
  subscriber.subscribe_done["a"](ScriptedSubscriber::granted());
  subscriber.subscribe_done["b/#"](ScriptedSubscriber::granted(1));
  EXPECT_TRUE(subscriptions.not_granted().empty());

  subscriptions.on_disconnected();
  EXPECT_EQ(subscriptions.not_granted().size(), 2U) << "a broker need not remember";
  subscriptions.on_connected({});
  EXPECT_EQ(subscriber.subscribed.size(), 4U);
}

TEST_F(SubscriptionsTest, TellsARefusedOne) {
  Subscriptions subscriptions = make();
  subscriptions.on_connected({});
  subscriber.subscribe_done["a"](ScriptedSubscriber::refused(135));
  EXPECT_EQ(subscriptions.list()[0].state, State::refused);
  EXPECT_EQ(subscriptions.list()[0].reason_code, 135);
  EXPECT_EQ(subscriptions.not_granted().front(), "a (refused, code 135)");
  EXPECT_NE(logger.lines.back().find("135"), std::string::npos);
}

TEST_F(SubscriptionsTest, AnswersAChangeWithTheBrokersWordOnceItIsKept) {
  Subscriptions subscriptions = make();
  subscriptions.put({"c", QoS::exactly_once}, keep_result());
  EXPECT_FALSE(result);
  subscriber.subscribe_done["c"](ScriptedSubscriber::granted(1));
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->error);
  EXPECT_EQ(result->granted_qos, 1);
  EXPECT_EQ(store.kept, (std::vector<SubscriptionChange>{{"c", QoS::exactly_once}}));
  EXPECT_EQ(subscriptions.list().back().state, State::granted);
}

TEST_F(SubscriptionsTest, ChangesNothingThatTheBrokerRefused) {
  Subscriptions subscriptions = make();
  subscriptions.put({"c", QoS::at_most_once}, keep_result());
  subscriber.subscribe_done["c"](ScriptedSubscriber::refused(135));
  EXPECT_EQ(result->error->errc(), Errc::not_authorized);
  subscriptions.put({"d", QoS::at_most_once}, keep_result());
  subscriber.subscribe_done["d"](ScriptedSubscriber::not_connected());
  EXPECT_EQ(result->error->errc(), Errc::not_connected);
  EXPECT_EQ(subscriptions.list().size(), 2U);
  EXPECT_TRUE(store.kept.empty());
}

TEST_F(SubscriptionsTest, DoesNotSayThatNothingHappenedWhenThatIsNotKnown) {
  Subscriptions subscriptions = make();
  subscriptions.put({"c", QoS::at_most_once}, keep_result());
  subscriber.subscribe_done["c"](ScriptedSubscriber::lost());
  EXPECT_EQ(result->error->errc(), Errc::unconfirmed);
  EXPECT_EQ(result->error->wire_code(), 0)
      << "the code of every 504, 128: -1 says that the request is at fault";
}

TEST_F(SubscriptionsTest, AsksForNothingThatTheBrokerDoesNotSupport) {
  Subscriptions subscriptions = make();
  BrokerLimits limits;
  limits.wildcard_available = false;
  limits.shared_available = false;
  subscriptions.on_connected(limits);
  EXPECT_EQ(subscriber.subscribed, (std::vector<Subscription>{{"a", QoS::at_most_once}}));
  EXPECT_EQ(subscriptions.list()[1].reason_code, 162);
  EXPECT_THROW(subscriptions.put({"+/x", QoS::at_most_once}, keep_result()), Error);
  EXPECT_THROW(subscriptions.put({"$share/g/x", QoS::at_most_once}, keep_result()), Error);
}

TEST_F(SubscriptionsTest, IsBoundedAndKeepsNoTraceOfWhatIsGone) {
  Subscriptions subscriptions = make();
  for (std::size_t i = 2; i < Subscriptions::capacity; ++i) {
    subscriptions.put({std::to_string(i), QoS::at_most_once}, keep_result());
    subscriber.subscribe_done[std::to_string(i)](ScriptedSubscriber::granted());
  }
  EXPECT_THROW(subscriptions.put({"one more", QoS::at_most_once}, keep_result()), Error);
  subscriptions.put({"2", QoS::at_least_once}, keep_result());
  subscriptions.remove("3", keep_result());
  subscriber.unsubscribe_done["3"](ScriptedSubscriber::granted());
  EXPECT_EQ(store.kept.size(), Subscriptions::capacity - 3);
}

TEST_F(SubscriptionsTest, IsBoundedAlsoWhenAllAskAtOnce) {
  Subscriptions subscriptions = make();
  for (std::size_t i = 2; i < Subscriptions::capacity; ++i)
    subscriptions.put({std::to_string(i), QoS::at_most_once}, keep_result());
  EXPECT_THROW(subscriptions.put({"one more", QoS::at_most_once}, keep_result()), Error);
  EXPECT_NO_THROW(subscriptions.put({"2", QoS::at_least_once}, keep_result())) << "has its place";

  subscriber.subscribe_done["3"](ScriptedSubscriber::refused(135));
  EXPECT_NO_THROW(subscriptions.put({"one more", QoS::at_most_once}, keep_result())) << "a place is free";
  subscriber.subscribe_done["4"](ScriptedSubscriber::granted());
  EXPECT_THROW(subscriptions.put({"and one", QoS::at_most_once}, keep_result()), Error);
}

TEST_F(SubscriptionsTest, RefusesMoreChangesThanItCanKeepWaiting) {
  Subscriptions subscriptions = make();
  std::vector<SubscribeDone> unanswered;
  for (std::size_t i = 0; i < Subscriptions::most_under_way; ++i) {
    subscriptions.put({"a", QoS::at_most_once}, keep_result());
    unanswered.push_back(std::move(subscriber.subscribe_done["a"]));
  }
  try {
    subscriptions.put({"a", QoS::at_most_once}, keep_result());
    FAIL() << "was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.errc(), Errc::queue_full);
  }
  EXPECT_THROW(subscriptions.remove("a", keep_result()), Error);
  unanswered.front()(ScriptedSubscriber::granted());
  EXPECT_NO_THROW(subscriptions.put({"a", QoS::at_most_once}, keep_result()));
}

TEST_F(SubscriptionsTest, KeepsThePlaceOfAFilterThatIsPutBackWhileItIsRemoved) {
  Subscriptions subscriptions = make();
  for (std::size_t i = 2; i < Subscriptions::capacity; ++i)
    subscriptions.put({std::to_string(i), QoS::at_most_once}, keep_result());
  subscriptions.remove("a", keep_result());
  subscriptions.put({"a", QoS::at_least_once}, keep_result());
  subscriber.unsubscribe_done["a"](ScriptedSubscriber::granted());
  EXPECT_THROW(subscriptions.put({"one more", QoS::at_most_once}, keep_result()), Error);
}

TEST_F(SubscriptionsTest, DoesNotUndoARemovalThatCameBeforeTheNewsOfTheConnection) {
  Subscriptions subscriptions = make();
  subscriptions.remove("a", keep_result());
  subscriptions.on_connected({});
  EXPECT_EQ(subscriber.subscribed, (std::vector<Subscription>{{"b/#", QoS::at_least_once}}));
  subscriber.unsubscribe_done["a"](ScriptedSubscriber::granted());
  EXPECT_EQ(subscriptions.list().size(), 1U);
}

TEST_F(SubscriptionsTest, DoesNotUndoAnotherQosThatCameBeforeTheNewsOfTheConnection) {
  Subscriptions subscriptions = make();
  subscriptions.put({"a", QoS::exactly_once}, keep_result());
  subscriptions.on_connected({});
  EXPECT_EQ(subscriber.subscribed,
            (std::vector<Subscription>{{"a", QoS::exactly_once}, {"b/#", QoS::at_least_once}}));
  subscriber.subscribe_done["a"](ScriptedSubscriber::granted(2));
  EXPECT_EQ(subscriptions.list()[0].subscription, (Subscription{"a", QoS::exactly_once}));
  EXPECT_EQ(subscriptions.list()[0].state, State::granted);
}

TEST_F(SubscriptionsTest, TellsWhenTheChangeThatStoodInForSubscribingWasRefused) {
  Subscriptions subscriptions = make();
  subscriptions.put({"a", QoS::exactly_once}, keep_result());
  subscriptions.on_connected({});
  subscriber.subscribe_done["a"](ScriptedSubscriber::refused(135));
  EXPECT_EQ(subscriptions.list()[0].subscription, (Subscription{"a", QoS::at_most_once}));
  EXPECT_EQ(subscriptions.list()[0].state, State::refused);
  EXPECT_EQ(subscriptions.list()[0].reason_code, 135);
}

TEST_F(SubscriptionsTest, SubscribesToItAgainAfterAChangeThatTheConnectionTookWithIt) {
  Subscriptions subscriptions = make();
  subscriptions.remove("a", keep_result());
  subscriptions.on_connected({});
  subscriber.unsubscribe_done["a"](ScriptedSubscriber::lost());
  subscriptions.on_disconnected();
  subscriptions.on_connected({});
  EXPECT_EQ(subscriber.subscribed.size(), 3U);
  EXPECT_EQ(subscriber.subscribed[1], (Subscription{"a", QoS::at_most_once}));
}

TEST_F(SubscriptionsTest, WantsAConnectionWhileThereIsSomethingToListenTo) {
  Subscriptions subscriptions = make({{"a", std::nullopt}, {"b/#", std::nullopt}});
  EXPECT_EQ(subscriber.wanted, false) << "nothing is configured any more";
  subscriptions.put({"c", QoS::at_most_once}, keep_result());
  EXPECT_EQ(subscriber.wanted, true) << "to have somebody to ask";
  subscriber.subscribe_done["c"](ScriptedSubscriber::granted());
  EXPECT_EQ(subscriber.wanted, true);
  subscriptions.remove("c", keep_result());
  EXPECT_EQ(subscriber.wanted, true) << "until the UNSUBACK";
  subscriber.unsubscribe_done["c"](ScriptedSubscriber::granted());
  EXPECT_EQ(subscriber.wanted, false);
}

TEST_F(SubscriptionsTest, WantsNoConnectionForAFilterThatWasRefused) {
  Subscriptions subscriptions = make({{"a", std::nullopt}, {"b/#", std::nullopt}});
  subscriptions.put({"c", QoS::at_most_once}, keep_result());
  subscriber.subscribe_done["c"](ScriptedSubscriber::refused(135));
  EXPECT_EQ(subscriber.wanted, false);
}

TEST_F(SubscriptionsTest, NamesAFilterThatIsLeftOutWithItsReasonAndSaysItOnce) {
  Subscriptions subscriptions = make();
  subscriptions.on_connected({});
  subscriber.subscribe_done["b/#"](ScriptedSubscriber::granted(1));
  subscriber.subscribe_done["a"](ScriptedSubscriber::left_out(158));
  EXPECT_EQ(subscriptions.not_granted(),
            std::vector<std::string>{"a (left out for a while: the broker closes the connection at it)"});
  EXPECT_EQ(subscriptions.list()[0].state, State::refused);
  EXPECT_EQ(subscriptions.list()[0].reason_code, 158);
  const std::size_t lines = logger.lines.size();
  subscriptions.on_connected({});
  subscriber.subscribe_done["a"](ScriptedSubscriber::left_out(158));
  EXPECT_EQ(logger.lines.size(), lines);
}

TEST_F(SubscriptionsTest, SubscribesAgainToWhatWasLeftOutWhenThePauseIsOver) {
  Subscriptions subscriptions = make();
  subscriptions.on_connected({});
  subscriber.subscribe_done["b/#"](ScriptedSubscriber::granted(1));
  subscriber.subscribe_done["a"](ScriptedSubscriber::left_out(128));
  subscriber.subscribed.clear();
  subscriptions.on_pause_ended();
  EXPECT_EQ(subscriber.subscribed, (std::vector<Subscription>{{"a", QoS::at_most_once}}));
  subscriber.subscribe_done["a"](ScriptedSubscriber::granted());
  EXPECT_TRUE(subscriptions.not_granted().empty());
}

TEST_F(SubscriptionsTest, RefusesAChangeToAFilterThatIsLeftOut) {
  Subscriptions subscriptions = make();
  subscriptions.put({"c", QoS::at_most_once}, keep_result());
  subscriber.subscribe_done["c"](ScriptedSubscriber::left_out(135));
  ASSERT_TRUE(result->error);
  EXPECT_EQ(result->error->errc(), Errc::broker_refused);
  EXPECT_EQ(result->error->wire_code(), 135);
}

TEST_F(SubscriptionsTest, SaysWhenAChangeCouldNotBeKept) {
  Subscriptions subscriptions = make();
  store.takes = false;
  subscriptions.put({"c", QoS::at_most_once}, keep_result());
  subscriber.subscribe_done["c"](ScriptedSubscriber::granted());
  EXPECT_EQ(result->error->errc(), Errc::internal);
}

TEST_F(SubscriptionsTest, RemovesAndRemembersThat) {
  Subscriptions subscriptions = make();
  EXPECT_THROW(subscriptions.remove("x", keep_result()), Error);
  subscriptions.remove("a", keep_result());
  subscriber.unsubscribe_done["a"](ScriptedSubscriber::granted());
  EXPECT_FALSE(result->error);
  EXPECT_EQ(subscriptions.list().size(), 1U);
  EXPECT_EQ(store.kept, (std::vector<SubscriptionChange>{{"a", std::nullopt}}));
}

TEST_F(SubscriptionsTest, StartsWithTheChangesThatWereKept) {
  const Subscriptions subscriptions =
      make({{"a", std::nullopt}, {"b/#", QoS::exactly_once}, {"c", QoS::at_most_once}});
  const auto list = subscriptions.list();
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].subscription, (Subscription{"b/#", QoS::exactly_once}));
  EXPECT_EQ(list[1].subscription, (Subscription{"c", QoS::at_most_once}));
}

TEST_F(SubscriptionsTest, RefusesAnInvalidFilter) {
  Subscriptions subscriptions = make();
  EXPECT_THROW(subscriptions.put({"a/#/b", QoS::at_most_once}, keep_result()), Error);
}

}  // namespace
}  // namespace bridge
