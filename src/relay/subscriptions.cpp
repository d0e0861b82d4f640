#include "bridge/relay/subscriptions.h"

#include <algorithm>
#include <utility>

#include "bridge/core/escape.h"
#include "bridge/core/reason_code.h"
#include "bridge/core/topic.h"

namespace bridge {
namespace {

using State = SubscriptionStatus::State;

using Kind = SubscribeOutcome::Kind;

Error error_of(SubscribeOutcome outcome) {
  switch (outcome.kind) {
    case Kind::lost:
      return {Errc::unconfirmed,
              "the connection was lost before the broker answered; it may have taken effect"};
    case Kind::not_connected:
      return {Errc::not_connected, "there is no connection to the broker; nothing was changed",
              client_code::not_connected};
    case Kind::left_out:
      return {Errc::broker_refused,
              "filter: the broker closes the connection at it; not asked again for some seconds to minutes",
              outcome.code};
    case Kind::granted:
    case Kind::refused:
      break;
  }
  if (outcome.code == reason_code::not_authorized)
    return {Errc::not_authorized, "filter: the broker does not let the bridge subscribe to it", outcome.code};
  return {Errc::broker_refused, "filter: the broker refused the subscription", outcome.code};
}

bool is_granted(SubscribeOutcome outcome) { return outcome.kind == Kind::granted; }
bool is_refused(SubscribeOutcome outcome) {
  return outcome.kind == Kind::refused || outcome.kind == Kind::left_out;
}

std::string reason_of(const SubscriptionStatus& status) {
  if (status.left_out) return " (left out for a while: the broker closes the connection at it)";
  if (status.state == State::refused) return " (refused, code " + std::to_string(status.reason_code) + ")";
  return {};
}

/// The Reason Code for a kind of filter that the broker does not support (MQTT 5.0, 3.9.3); 0 if it does.
int unsupported(const std::string& topic_filter, const BrokerLimits& limits) {
  if (is_shared_filter(topic_filter) && !limits.shared_available)
    return reason_code::shared_subscriptions_not_supported;
  if (topic_filter.find_first_of("+#") != std::string::npos && !limits.wildcard_available)
    return reason_code::wildcard_subscriptions_not_supported;
  return 0;
}

auto find(std::vector<SubscriptionStatus>& list, const std::string& topic_filter) {
  return std::find_if(list.begin(), list.end(), [&](const SubscriptionStatus& status) {
    return status.subscription.topic_filter == topic_filter;
  });
}

void set(std::vector<SubscriptionStatus>& list, SubscriptionStatus status) {
  const auto known = find(list, status.subscription.topic_filter);
  if (known == list.end())
    list.push_back(std::move(status));
  else
    *known = std::move(status);
}

}  // namespace

Subscriptions::Subscriptions(const std::vector<Subscription>& configured,
                             const std::vector<SubscriptionChange>& changes, Subscriber& subscriber,
                             SubscriptionStore* store, Logger& logger)
    : subscriber_(subscriber), logger_(logger), kept_changes_(configured, changes, store) {
  const MutexLock lock(mutex_);
  for (const Subscription& subscription : configured) set(list_, {subscription, State::pending});
  for (const SubscriptionChange& change : changes) {
    if (change.qos)
      set(list_, {{change.topic_filter, *change.qos}, State::pending});
    else if (const auto known = find(list_, change.topic_filter); known != list_.end())
      list_.erase(known);
  }
  tell_whether_to_listen();
}

std::vector<SubscriptionStatus> Subscriptions::list() const {
  const MutexLock lock(mutex_);
  return list_;
}

std::vector<std::string> Subscriptions::not_granted() const {
  const MutexLock lock(mutex_);
  std::vector<std::string> filters;
  for (const SubscriptionStatus& status : list_)
    if (status.state != State::granted)
      filters.push_back(status.subscription.topic_filter + reason_of(status));
  return filters;
}

void Subscriptions::put(const Subscription& subscription, Done done) {
  check_topic_filter(subscription.topic_filter);
  const MutexLock in_order(handing_over_);
  check_room(subscription.topic_filter);
  begin_change(subscription.topic_filter);
  subscriber_.subscribe(subscription, [this, subscription, done = std::move(done)](SubscribeOutcome outcome) {
    put_done(subscription, outcome, done);
  });
}

void Subscriptions::check_room(const std::string& topic_filter) const {
  const MutexLock lock(mutex_);
  if (const int code = unsupported(topic_filter, limits_); code != 0)
    throw Error(Errc::broker_refused, "filter: the broker does not support this kind of subscription", code);
  if (is_listed(topic_filter) || reserved_.contains(topic_filter)) return;
  if (list_.size() + reserved_.size() >= capacity)
    throw Error(Errc::limit_reached, "filter: there are too many subscriptions; delete one first");
}

bool Subscriptions::is_listed(const std::string& topic_filter) const {
  return std::any_of(list_.begin(), list_.end(), [&](const SubscriptionStatus& status) {
    return status.subscription.topic_filter == topic_filter;
  });
}

void Subscriptions::put_done(const Subscription& subscription, SubscribeOutcome outcome, const Done& done) {
  {
    const MutexLock lock(mutex_);
    end_change(subscription.topic_filter, outcome);
    if (is_granted(outcome)) set(list_, {subscription, State::granted, outcome.code});
    reserve_if_new(subscription.topic_filter);
  }
  if (!is_granted(outcome)) return answer(done, {error_of(outcome), 0});
  keep_change({subscription.topic_filter, subscription.qos}, outcome.code, done);
}

void Subscriptions::remove(const std::string& topic_filter, Done done) {
  const MutexLock in_order(handing_over_);
  {
    const MutexLock lock(mutex_);
    if (find(list_, topic_filter) == list_.end())
      throw Error(Errc::not_found, "filter: there is no subscription to it");
  }
  begin_change(topic_filter);
  subscriber_.unsubscribe(topic_filter,
                          [this, topic_filter, done = std::move(done)](SubscribeOutcome outcome) {
                            remove_done(topic_filter, outcome, done);
                          });
}

void Subscriptions::remove_done(const std::string& topic_filter, SubscribeOutcome outcome, const Done& done) {
  {
    const MutexLock lock(mutex_);
    end_change(topic_filter, outcome);
    const auto known = find(list_, topic_filter);
    if (is_granted(outcome) && known != list_.end()) list_.erase(known);
    reserve_if_new(topic_filter);
  }
  if (!is_granted(outcome)) return answer(done, {error_of(outcome), 0});
  keep_change({topic_filter, std::nullopt}, 0, done);
}

/// A caller that gives up may ask again at once, while its first change still waits for a broker or a disk
/// that hangs: they are counted until they are answered.
void Subscriptions::begin_change(const std::string& topic_filter) {
  const MutexLock lock(mutex_);
  if (unanswered_ >= most_under_way)
    throw Error(Errc::queue_full,
                "too many changes of subscriptions wait for the broker or the disk; nothing was changed");
  ++unanswered_;
  ++under_way_[topic_filter];
  reserve_if_new(topic_filter);
}

/// A filter that the broker may yet grant has its place in the list reserved, so that many changes at the
/// same time do not pass `capacity`.
void Subscriptions::reserve_if_new(const std::string& topic_filter) {
  if (under_way_.contains(topic_filter) && !is_listed(topic_filter))
    reserved_.insert(topic_filter);
  else
    reserved_.erase(topic_filter);
  tell_whether_to_listen();
}

/// With the lock held, so that what is told last is true.
void Subscriptions::tell_whether_to_listen() { subscriber_.listen(!list_.empty() || !reserved_.empty()); }

/// A change stands in for the subscribing after a connect: if the broker refuses it, that is its word on the
/// filter.
void Subscriptions::end_change(const std::string& topic_filter, SubscribeOutcome outcome) {
  const auto changes = under_way_.find(topic_filter);
  if (--changes->second == 0) under_way_.erase(changes);
  const auto known = find(list_, topic_filter);
  if (known == list_.end() || known->state != State::pending || !is_refused(outcome)) return;
  known->state = State::refused;
  known->reason_code = outcome.code;
  known->left_out = outcome.kind == Kind::left_out;
}

void Subscriptions::keep_change(SubscriptionChange change, int granted_qos, const Done& done) {
  kept_changes_.add(std::move(change), [this, done, granted_qos](bool kept) {
    if (kept) return answer(done, {std::nullopt, granted_qos});
    answer(done, {Error(Errc::internal, "the change is active, but could not be written to the disk"),
                  granted_qos});
  });
}

void Subscriptions::answer(const Done& done, const SubscriptionResult& result) {
  {
    const MutexLock lock(mutex_);
    --unanswered_;
  }
  done(result);
}

void Subscriptions::on_connected(const BrokerLimits& limits) {
  const MutexLock in_order(handing_over_);
  for (const Subscription& subscription : not_under_way(limits)) {
    const int code = unsupported(subscription.topic_filter, limits);
    if (code != 0)
      told_again(subscription, {Kind::refused, code});
    else
      subscribe_again(subscription);
  }
}

/// A change may come as soon as the connection is there, which is before on_connected(). What the list still
/// says of its filter must not be sent behind it, and undo it.
std::vector<Subscription> Subscriptions::not_under_way(const BrokerLimits& limits) {
  const MutexLock lock(mutex_);
  limits_ = limits;
  std::vector<Subscription> subscriptions;
  for (const SubscriptionStatus& status : list_)
    if (!under_way_.contains(status.subscription.topic_filter)) subscriptions.push_back(status.subscription);
  return subscriptions;
}

void Subscriptions::on_pause_ended() {
  const MutexLock in_order(handing_over_);
  for (const Subscription& subscription : left_out()) subscribe_again(subscription);
}

std::vector<Subscription> Subscriptions::left_out() {
  const MutexLock lock(mutex_);
  std::vector<Subscription> subscriptions;
  for (const SubscriptionStatus& status : list_)
    if (status.left_out && !under_way_.contains(status.subscription.topic_filter))
      subscriptions.push_back(status.subscription);
  return subscriptions;
}

void Subscriptions::subscribe_again(const Subscription& subscription) {
  subscriber_.subscribe(
      subscription, [this, subscription](SubscribeOutcome outcome) { told_again(subscription, outcome); });
}

/// Each refusal is worth a line, but not each time that a filter is left out again.
void Subscriptions::told_again(const Subscription& subscription, SubscribeOutcome outcome) {
  if (!is_granted(outcome) && !is_refused(outcome)) return;  // the next connect asks again
  const bool left_out = outcome.kind == Kind::left_out;
  {
    const MutexLock lock(mutex_);
    const auto known = find(list_, subscription.topic_filter);
    if (known == list_.end()) return;  // removed meanwhile
    const bool was_left_out = known->left_out;
    known->state = is_granted(outcome) ? State::granted : State::refused;
    known->reason_code = outcome.code;
    known->left_out = left_out;
    if (left_out && was_left_out) return;
  }
  const std::string filter = escape_line(subscription.topic_filter);
  if (is_granted(outcome))
    logger_.info("Subscribed to " + filter + " with QoS " + std::to_string(outcome.code));
  else if (left_out)
    logger_.error("The subscription to " + filter +
                  " is left out for a while: the broker closes the connection at it. Code: " +
                  std::to_string(outcome.code));
  else
    logger_.error("The broker refused the subscription to " + filter +
                  ". Code: " + std::to_string(outcome.code));
}

/// A filter that is left out stays so, until the next connect says otherwise.
void Subscriptions::on_disconnected() {
  const MutexLock lock(mutex_);
  for (SubscriptionStatus& status : list_)
    if (!status.left_out) status.state = State::pending;
}

}  // namespace bridge
