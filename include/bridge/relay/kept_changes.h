#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "bridge/core/message.h"
#include "bridge/core/subscription_store.h"
#include "bridge/core/thread_annotations.h"

namespace bridge {

/// Writes changes against the configured subscriptions to the disk. One save is under way at a time, with all
/// changes that were made before it began; however many clients change a filter meanwhile, the next save has
/// the newest change of it once. A change that changes nothing is not written. Safe from any thread.
class KeptChanges {
 public:
  /// @param kept whether the change, and all before it, is on the disk.
  using Done = std::function<void(bool kept)>;

  /// @param store may be null: then nothing is written, and all counts as kept.
  KeptChanges(const std::vector<Subscription>& configured, const std::vector<SubscriptionChange>& found,
              SubscriptionStore* store);

  /// `done` is called once: from here if the disk has it already, else from the store's thread.
  void add(SubscriptionChange change, Done done) EXCLUDES(mutex_);

 private:
  using Number = std::uint64_t;
  struct Waiting {
    Number change;
    Done done;
  };

  bool apply(SubscriptionChange change) REQUIRES(mutex_);
  void save_next() EXCLUDES(mutex_);
  void saved(Number number, bool kept) EXCLUDES(mutex_);

  SubscriptionStore* const store_;
  std::set<std::string> configured_;  // constant after construction

  Mutex mutex_;                                                           // not held while others are called
  std::map<std::string, SubscriptionChange> changes_ GUARDED_BY(mutex_);  // by filter
  Number last_ GUARDED_BY(mutex_) = 0;                                    // of the changes so far
  Number kept_ GUARDED_BY(mutex_) = 0;                                    // up to which the disk has them
  bool saving_ GUARDED_BY(mutex_) = false;
  std::deque<Waiting> waiting_ GUARDED_BY(mutex_);  // in the order of their numbers
};

}  // namespace bridge
