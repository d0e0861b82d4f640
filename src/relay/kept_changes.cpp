#include "bridge/relay/kept_changes.h"

#include <utility>

namespace bridge {

KeptChanges::KeptChanges(const std::vector<Subscription>& configured,
                         const std::vector<SubscriptionChange>& found, SubscriptionStore* store)
    : store_(store) {
  for (const Subscription& subscription : configured) configured_.insert(subscription.topic_filter);
  const MutexLock lock(mutex_);
  for (const SubscriptionChange& change : found) changes_.emplace(change.topic_filter, change);
}

void KeptChanges::add(SubscriptionChange change, Done done) {
  {
    const MutexLock lock(mutex_);
    if (apply(std::move(change))) ++last_;
    const bool is_kept = store_ == nullptr || kept_ == last_;
    if (!is_kept) waiting_.push_back({last_, std::exchange(done, nullptr)});
  }
  if (done) return done(true);
  save_next();
}

/// @return whether anything is different now. A removed filter that is not configured leaves no trace.
bool KeptChanges::apply(SubscriptionChange change) {
  const auto known = changes_.find(change.topic_filter);
  if (!change.qos && !configured_.contains(change.topic_filter)) {
    if (known == changes_.end()) return false;
    changes_.erase(known);
    return true;
  }
  if (known != changes_.end() && known->second == change) return false;
  changes_.insert_or_assign(change.topic_filter, std::move(change));
  return true;
}

void KeptChanges::save_next() {
  std::vector<SubscriptionChange> all;
  Number number = 0;
  {
    const MutexLock lock(mutex_);
    if (saving_ || waiting_.empty()) return;
    saving_ = true;
    number = last_;
    all.reserve(changes_.size());
    for (const auto& [filter, change] : changes_) all.push_back(change);
  }
  store_->save(std::move(all), [this, number](bool kept) { saved(number, kept); });
}

void KeptChanges::saved(Number number, bool kept) {
  std::vector<Done> told;
  {
    const MutexLock lock(mutex_);
    saving_ = false;
    if (kept) kept_ = number;
    for (; !waiting_.empty() && waiting_.front().change <= number; waiting_.pop_front())
      told.push_back(std::move(waiting_.front().done));
  }
  save_next();
  for (const Done& done : told) done(kept);
}

}  // namespace bridge
