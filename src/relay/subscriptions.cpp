#include "bridge/relay/subscriptions.h"

#include <algorithm>
#include <utility>

#include "bridge/core/escape.h"
#include "bridge/core/topic.h"

namespace bridge {
namespace {

using State = SubscriptionStatus::State;

constexpr int not_connected_code = -3;
constexpr int not_authorized_code = 135;

bool is_granted(int code) { return code >= 0 && code < 128; }

Error error_of(int code) {
  if (code < 0) return {Errc::not_connected, "there is no connection to the broker; nothing was changed"};
  if (code == not_authorized_code)
    return {Errc::not_authorized, "filter: the broker does not let the bridge subscribe to it", code};
  return {Errc::broker_refused, "filter: the broker refused the subscription", code};
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
    : session_(session), store_(store), logger_(logger) {
  for (const Subscription& subscription : configured) set(list_, {subscription, State::pending, 0});
  for (const SubscriptionChange& change : changes) {
    changes_.emplace(change.topic_filter, change);
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
  session_.subscribe(subscription, [this, subscription, done = std::move(done)](int code) {
    put_done(subscription, code, done);
  });
}

void Subscriptions::put_done(const Subscription& subscription, int code, const Done& done) {
  if (!is_granted(code)) return done({error_of(code), 0});
  {
    const std::lock_guard lock(mutex_);
    set(list_, {subscription, State::granted, code});
  }
  keep_change({subscription.topic_filter, subscription.qos}, code, done);
}

void Subscriptions::remove(const std::string& topic_filter, Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (find(list_, topic_filter) == list_.end())
      throw Error(Errc::not_found, "filter: there is no subscription to it");
  }
  session_.unsubscribe(topic_filter, [this, topic_filter, done = std::move(done)](int code) {
    remove_done(topic_filter, code, done);
  });
}

void Subscriptions::remove_done(const std::string& topic_filter, int code, const Done& done) {
  if (!is_granted(code)) return done({error_of(code), 0});
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = find(list_, topic_filter); known != list_.end()) list_.erase(known);
  }
  keep_change({topic_filter, std::nullopt}, 0, done);
}

void Subscriptions::keep_change(SubscriptionChange change, int granted_qos, const Done& done) {
  std::vector<SubscriptionChange> all;
  {
    const std::lock_guard lock(mutex_);
    changes_.insert_or_assign(change.topic_filter, std::move(change));
    for (const auto& [filter, kept] : changes_) all.push_back(kept);
  }
  if (store_ == nullptr) return done({std::nullopt, granted_qos});
  store_->save(std::move(all), [done, granted_qos](bool kept) {
    if (kept) return done({std::nullopt, granted_qos});
    done({Error(Errc::internal, "the change is active, but could not be written to the disk"), granted_qos});
  });
}

void Subscriptions::on_connected(const BrokerLimits&) {
  for (const SubscriptionStatus& status : list()) subscribe_again(status.subscription);
}

void Subscriptions::subscribe_again(const Subscription& subscription) {
  session_.subscribe(subscription, [this, subscription](int code) { told_again(subscription, code); });
}

void Subscriptions::told_again(const Subscription& subscription, int code) {
  if (code == not_connected_code) return;  // the next connect asks again
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
