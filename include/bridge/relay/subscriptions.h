#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bridge/core/error.h"
#include "bridge/core/logger.h"
#include "bridge/core/subscriber.h"
#include "bridge/core/subscription_store.h"
#include "bridge/core/thread_annotations.h"
#include "bridge/relay/kept_changes.h"

namespace bridge {

/// The state of one Topic Filter.
struct SubscriptionStatus {
  enum class State { pending, granted, refused };
  Subscription subscription;
  State state = State::pending;
  int reason_code = 0;    // granted: the QoS the broker granted; refused: its Reason Code
  bool left_out = false;  // refused, for a while: the broker closes the connection at it
};

/// The result of a change: the broker's Reason Code, or an error.
struct SubscriptionResult {
  std::optional<Error> error;
  int granted_qos = 0;
};

/// The Topic Filters that the bridge listens to: the configured Topic Filters and the changes made while it
/// runs. Subscribes to all of them after each connect, since the session ends with the connection. Safe from
/// any thread.
class Subscriptions {
 public:
  using Done = std::function<void(SubscriptionResult)>;
  static constexpr std::size_t capacity = 1000;
  static constexpr std::size_t most_under_way = 2000;  // changes whose callers have not been answered

  /// @param store may be null: then changes last until the end of the process.
  Subscriptions(const std::vector<Subscription>& configured, const std::vector<SubscriptionChange>& changes,
                Subscriber& subscriber, SubscriptionStore* store, Logger& logger);

  std::vector<SubscriptionStatus> list() const EXCLUDES(mutex_);
  /// The filters that are not granted, for a readiness check: each with the reason, if there is one, such as
  /// `a/# (refused, code 135)`.
  std::vector<std::string> not_granted() const EXCLUDES(mutex_);

  /// Subscribes, or changes the QoS; kept only if the broker grants it. `done` comes after the SUBACK and,
  /// with a store, after the change is on the disk.
  /// @throws Error invalid_topic_filter, broker_refused for a kind of filter that the broker does not support
  ///   (MQTT 5.0, 3.2.2.3.11 and 3.2.2.3.13), limit_reached beyond `capacity` filters, queue_full beyond
  ///   `most_under_way` changes that wait for the broker or the disk. Then nothing was changed.
  void put(const Subscription& subscription, Done done) EXCLUDES(handing_over_, mutex_);
  /// @throws Error not_found if there is no such subscription, and queue_full as put().
  void remove(const std::string& topic_filter, Done done) EXCLUDES(handing_over_, mutex_);

  /// As SubscriberObserver has them: from the subscriber's own thread.
  void on_connected(const BrokerLimits& limits) EXCLUDES(handing_over_, mutex_);
  void on_disconnected() EXCLUDES(mutex_);
  void on_pause_ended() EXCLUDES(handing_over_, mutex_);

 private:
  void subscribe_again(const Subscription& subscription) REQUIRES(handing_over_);
  std::vector<Subscription> not_under_way(const BrokerLimits& limits) EXCLUDES(mutex_);
  std::vector<Subscription> left_out() EXCLUDES(mutex_);
  void told_again(const Subscription& subscription, SubscribeOutcome outcome) EXCLUDES(mutex_);
  void put_done(const Subscription& subscription, SubscribeOutcome outcome, const Done& done)
      EXCLUDES(mutex_);
  void remove_done(const std::string& topic_filter, SubscribeOutcome outcome, const Done& done)
      EXCLUDES(mutex_);
  void answer(const Done& done, const SubscriptionResult& result) EXCLUDES(mutex_);
  void begin_change(const std::string& topic_filter) EXCLUDES(mutex_);
  void reserve_if_new(const std::string& topic_filter) REQUIRES(mutex_);
  void end_change(const std::string& topic_filter, SubscribeOutcome outcome) REQUIRES(mutex_);
  void keep_change(SubscriptionChange change, int granted_qos, const Done& done) EXCLUDES(mutex_);

  void check_room(const std::string& topic_filter) const EXCLUDES(mutex_);
  bool is_listed(const std::string& topic_filter) const REQUIRES(mutex_);
  void tell_whether_to_listen() REQUIRES(mutex_);

  Subscriber& subscriber_;
  Logger& logger_;
  KeptChanges kept_changes_;

  /// Held while the subscriber is given a request, so that the broker gets what concerns a filter in the
  /// order in which it was decided. Not in what the subscriber calls.
  Mutex handing_over_ ACQUIRED_BEFORE(mutex_);
  mutable Mutex mutex_;
  BrokerLimits limits_ GUARDED_BY(mutex_);
  std::vector<SubscriptionStatus> list_ GUARDED_BY(mutex_);  // in the order they were made
  std::map<std::string, int> under_way_
      GUARDED_BY(mutex_);                              // by filter: changes that the broker has not answered
  std::set<std::string> reserved_ GUARDED_BY(mutex_);  // those of them that are not in the list
  std::size_t unanswered_ GUARDED_BY(mutex_) = 0;  // changes whose callers wait for the broker or the disk
};

}  // namespace bridge
