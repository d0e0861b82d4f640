#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bridge/core/error.h"
#include "bridge/core/logger.h"
#include "bridge/core/session.h"
#include "bridge/core/subscription_store.h"
#include "bridge/relay/kept_changes.h"

namespace bridge {

/// How it stands with one Topic Filter.
struct SubscriptionStatus {
  enum class State { pending, granted, refused };
  Subscription subscription;
  State state = State::pending;
  int reason_code = 0;  // granted: the QoS the broker granted; refused: its Reason Code
};

/// How a change ended: with the broker's word, or an error.
struct SubscriptionResult {
  std::optional<Error> error;
  int granted_qos = 0;
};

/// What the bridge listens to: the configured Topic Filters and the changes made while it runs. Subscribes to
/// all of them after each connect, since a broker need not remember. Safe from any thread.
class Subscriptions {
 public:
  using Done = std::function<void(SubscriptionResult)>;
  static constexpr std::size_t capacity = 1000;
  static constexpr std::size_t most_under_way = 2000;  // changes whose callers have not been answered

  /// @param store may be null: then changes last until the end of the process.
  Subscriptions(const std::vector<Subscription>& configured, const std::vector<SubscriptionChange>& changes,
                Session& session, SubscriptionStore* store, Logger& logger);

  std::vector<SubscriptionStatus> list() const;
  /// The filters that are not granted, for a readiness check.
  std::vector<std::string> not_granted() const;

  /// Subscribes, or changes the QoS; kept only if the broker grants it. `done` comes after the SUBACK and,
  /// with a store, after the change is on the disk.
  /// @throws Error invalid_topic_filter, broker_refused for a kind of filter that the broker does not support
  ///   (MQTT 5.0, 3.2.2.3.11 and 3.2.2.3.13), limit_reached beyond `capacity` filters, queue_full beyond
  ///   `most_under_way` changes that wait for the broker or the disk. Then nothing was changed.
  void put(const Subscription& subscription, Done done);
  /// @throws Error not_found if there is no such subscription, and queue_full as put().
  void remove(const std::string& topic_filter, Done done);

  /// As SessionListener has them: from the session's own thread.
  void on_connected(const BrokerLimits& limits);
  void on_disconnected();

 private:
  std::vector<Subscription> not_under_way(const BrokerLimits& limits);
  void subscribe_again(const Subscription& subscription);
  void told_again(const Subscription& subscription, int code);
  void put_done(const Subscription& subscription, int code, const Done& done);
  void remove_done(const std::string& topic_filter, int code, const Done& done);
  void answer(const Done& done, const SubscriptionResult& result);
  void begin_change(const std::string& topic_filter);
  void reserve_if_new(const std::string& topic_filter);
  void end_change(const std::string& topic_filter, int code);
  void keep_change(SubscriptionChange change, int granted_qos, const Done& done);

  void check_room(const std::string& topic_filter) const;
  bool is_listed(const std::string& topic_filter) const;

  Session& session_;
  Logger& logger_;
  KeptChanges kept_changes_;

  /// Held while the session is called, so that the broker gets what concerns a filter in the order in which
  /// it was decided. Not in what the session calls. Lock order: this one, then the next.
  std::mutex handing_over_;
  mutable std::mutex mutex_;
  BrokerLimits limits_;
  std::vector<SubscriptionStatus> list_;  // in the order they were made
  std::map<std::string, int> under_way_;  // by filter: changes that the broker has not answered
  std::set<std::string> reserved_;        // those of them that are not in the list
  std::size_t unanswered_ = 0;            // changes whose callers wait for the broker or the disk
};

}  // namespace bridge
