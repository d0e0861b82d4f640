#include "bridge/relay/subscriptions.h"

#include <algorithm>
#include <utility>

#include "bridge/core/escape.h"
#include "bridge/core/reason_code.h"
#include "bridge/core/topic.h"

namespace bridge {
namespace {

using State = SubscriptionStatus::State;

bool is_granted(int code) { return code >= 0 && code < reason_code::first_error; }

Error error_of(int code) {
  if (code == client_code::connection_lost)
    return {Errc::unconfirmed,
            "the connection was lost before the broker answered; it may have taken effect"};
  if (code < 0)
    return {Errc::not_connected, "there is no connection to the broker; nothing was changed", code};
  if (code == reason_code::not_authorized)
    return {Errc::not_authorized, "filter: the broker does not let the bridge subscribe to it", code};
  return {Errc::broker_refused, "filter: the broker refused the subscription", code};
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
                             const std::vector<SubscriptionChange>& changes, Session& session,
                             SubscriptionStore* store, Logger& logger)
    : session_(session), logger_(logger), kept_changes_(configured, changes, store) {
  for (const Subscription& subscription : configured) set(list_, {subscription, State::pending, 0});
  for (const SubscriptionChange& change : changes) {
    if (change.qos)
      set(list_, {{change.topic_filter, *change.qos}, State::pending, 0});
    else if (const auto known = find(list_, change.topic_filter); known != list_.end())
      list_.erase(known);
  }
}

std::vector<SubscriptionStatus> Subscriptions::list() const {
  const std::lock_guard lock(mutex_);
  return list_;
}

std::vector<std::string> Subscriptions::not_granted() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> filters;
  for (const SubscriptionStatus& status : list_)
    if (status.state != State::granted) filters.push_back(status.subscription.topic_filter);
  return filters;
}

void Subscriptions::put(const Subscription& subscription, Done done) {
  check_topic_filter(subscription.topic_filter);
  const std::lock_guard in_order(handing_over_);
  check_room(subscription.topic_filter);
  begin_change(subscription.topic_filter);
  session_.subscribe(subscription, [this, subscription, done = std::move(done)](int code) {
    put_done(subscription, code, done);
  });
}

void Subscriptions::check_room(const std::string& topic_filter) const {
  const std::lock_guard lock(mutex_);
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

void Subscriptions::put_done(const Subscription& subscription, int code, const Done& done) {
  {
    const std::lock_guard lock(mutex_);
    end_change(subscription.topic_filter, code);
    if (is_granted(code)) set(list_, {subscription, State::granted, code});
    reserve_if_new(subscription.topic_filter);
  }
  if (!is_granted(code)) return answer(done, {error_of(code), 0});
  keep_change({subscription.topic_filter, subscription.qos}, code, done);
}

void Subscriptions::remove(const std::string& topic_filter, Done done) {
  const std::lock_guard in_order(handing_over_);
  {
    const std::lock_guard lock(mutex_);
    if (find(list_, topic_filter) == list_.end())
      throw Error(Errc::not_found, "filter: there is no subscription to it");
  }
  begin_change(topic_filter);
  session_.unsubscribe(topic_filter, [this, topic_filter, done = std::move(done)](int code) {
    remove_done(topic_filter, code, done);
  });
}

void Subscriptions::remove_done(const std::string& topic_filter, int code, const Done& done) {
  {
    const std::lock_guard lock(mutex_);
    end_change(topic_filter, code);
    const auto known = find(list_, topic_filter);
    if (is_granted(code) && known != list_.end()) list_.erase(known);
    reserve_if_new(topic_filter);
  }
  if (!is_granted(code)) return answer(done, {error_of(code), 0});
  keep_change({topic_filter, std::nullopt}, 0, done);
}

/// A caller that gives up may ask again at once, while its first change still waits for a broker or a disk
/// that hangs: they are counted until they are answered.
void Subscriptions::begin_change(const std::string& topic_filter) {
  const std::lock_guard lock(mutex_);
  if (unanswered_ >= most_under_way)
    throw Error(Errc::queue_full,
                "too many changes of subscriptions wait for the broker or the disk; nothing was changed");
  ++unanswered_;
  ++under_way_[topic_filter];
  reserve_if_new(topic_filter);
}

/// What the broker may yet grant has its place, however many ask for one at the same time.
void Subscriptions::reserve_if_new(const std::string& topic_filter) {
  if (under_way_.contains(topic_filter) && !is_listed(topic_filter))
    reserved_.insert(topic_filter);
  else
    reserved_.erase(topic_filter);
}

/// A change stands in for the subscribing after a connect: if the broker refuses it, that is its word on the
/// filter.
void Subscriptions::end_change(const std::string& topic_filter, int code) {
  const auto changes = under_way_.find(topic_filter);
  if (--changes->second == 0) under_way_.erase(changes);
  const auto known = find(list_, topic_filter);
  if (known == list_.end() || known->state != State::pending || code < reason_code::first_error) return;
  known->state = State::refused;
  known->reason_code = code;
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
    const std::lock_guard lock(mutex_);
    --unanswered_;
  }
  done(result);
}

void Subscriptions::on_connected(const BrokerLimits& limits) {
  const std::lock_guard in_order(handing_over_);
  for (const Subscription& subscription : not_under_way(limits)) {
    const int code = unsupported(subscription.topic_filter, limits);
    if (code != 0)
      told_again(subscription, code);
    else
      subscribe_again(subscription);
  }
}

/// A change may come as soon as the connection is there, which is before on_connected(). What the list still
/// says of its filter must not be sent behind it, and undo it.
std::vector<Subscription> Subscriptions::not_under_way(const BrokerLimits& limits) {
  const std::lock_guard lock(mutex_);
  limits_ = limits;
  std::vector<Subscription> subscriptions;
  for (const SubscriptionStatus& status : list_)
    if (!under_way_.contains(status.subscription.topic_filter)) subscriptions.push_back(status.subscription);
  return subscriptions;
}

void Subscriptions::subscribe_again(const Subscription& subscription) {
  session_.subscribe(subscription, [this, subscription](int code) { told_again(subscription, code); });
}

void Subscriptions::told_again(const Subscription& subscription, int code) {
  if (code < 0) return;  // the next connect asks again
  {
    const std::lock_guard lock(mutex_);
    const auto known = find(list_, subscription.topic_filter);
    if (known == list_.end()) return;  // removed meanwhile
    known->state = is_granted(code) ? State::granted : State::refused;
    known->reason_code = code;
  }
  const std::string filter = escape_line(subscription.topic_filter);
  if (is_granted(code))
    logger_.info("Subscribed to " + filter + " with QoS " + std::to_string(code));
  else
    logger_.error("The broker refused the subscription to " + filter + ". Code: " + std::to_string(code));
}

void Subscriptions::on_disconnected() {
  const std::lock_guard lock(mutex_);
  for (SubscriptionStatus& status : list_) status.state = State::pending;
}

}  // namespace bridge
