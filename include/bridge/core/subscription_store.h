#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "bridge/core/message.h"

namespace bridge {

/// A change against the configured subscriptions, made while the bridge ran: a filter with its QoS, or
/// without one where it was removed.
struct SubscriptionChange {
  std::string topic_filter;
  std::optional<QoS> qos;
  bool operator==(const SubscriptionChange&) const = default;
};

/// Keeps the changes over a restart. Safe from any thread.
class SubscriptionStore {
 public:
  virtual ~SubscriptionStore() = default;
  /// Replaces the changes that are kept, and returns at once. `done` is called once, from another thread,
  /// when the changes are on the disk (true) or could not be written (false); it may call save() again. The
  /// caller bounds how many wait in memory: one save at a time is enough, since the newest replaces all
  /// before it.
  virtual void save(std::vector<SubscriptionChange> changes, std::function<void(bool kept)> done) = 0;
};

}  // namespace bridge
