#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "bridge/core/message.h"
#include "bridge/core/subscription_store.h"

namespace bridge {

/// What was changed about the configured subscriptions, and its way to the disk. One save is under way at a
/// time, with all that was changed before it began: however many clients change something meanwhile, the next
/// save has the newest of it, once. What changes nothing writes nothing. Safe from any thread.
class KeptChanges {
 public:
  /// @param kept whether the change, and all before it, is on the disk.
  using Done = std::function<void(bool kept)>;

  /// @param store may be null: then nothing is written, and all counts as kept.
  KeptChanges(const std::vector<Subscription>& configured, const std::vector<SubscriptionChange>& found,
              SubscriptionStore* store);

  /// `done` is called once: from here if the disk has it already, else from the store's thread.
  void add(SubscriptionChange change, Done done);

 private:
  using Number = std::uint64_t;
  struct Waiting {
    Number change;
    Done done;
  };

  bool apply(SubscriptionChange change);
  void save_next();
  void saved(Number number, bool kept);

  SubscriptionStore* const store_;
  std::set<std::string> configured_;

  std::mutex mutex_;                                   // not held while the store or a caller is called
  std::map<std::string, SubscriptionChange> changes_;  // by filter
  Number last_ = 0;                                    // of the changes so far
  Number kept_ = 0;                                    // up to which the disk has them
  bool saving_ = false;
  std::deque<Waiting> waiting_;  // in the order of their numbers
};

}  // namespace bridge
