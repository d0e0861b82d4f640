#include "refused_topics.h"

namespace bridge {

void RefusedTopics::remember(const std::string& topic_name, int reason_code, TimePoint now) {
  forget_old(now);
  // The time of the first refusal counts: a topic that is refused again and again is still tried again.
  if (refusals_.try_emplace(topic_name, Refusal{reason_code, now}).second)
    oldest_first_.push_back(topic_name);
}

std::optional<int> RefusedTopics::refusal(const std::string& topic_name, TimePoint now) const {
  if (refusals_.empty()) return std::nullopt;
  const auto found = refusals_.find(topic_name);
  if (found == refusals_.end() || now - found->second.at >= memory) return std::nullopt;
  return found->second.reason_code;
}

void RefusedTopics::forget_old(TimePoint now) {
  while (!oldest_first_.empty()) {
    const auto oldest = refusals_.find(oldest_first_.front());
    if (oldest_first_.size() < capacity && now - oldest->second.at < memory) return;
    refusals_.erase(oldest);
    oldest_first_.pop_front();
  }
}

}  // namespace bridge
