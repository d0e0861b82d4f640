#include "convicted_topics.h"

#include <algorithm>

namespace bridge {

const ConvictedTopics::Conviction* ConvictedTopics::find(const std::string& topic_name, TimePoint now) const {
  if (convictions_.empty()) return nullptr;
  const auto found = convictions_.find(topic_name);
  return found == convictions_.end() || now - found->second.last >= memory ? nullptr : &found->second;
}

void ConvictedTopics::convicted(const std::string& topic_name, int reason_code, TimePoint now) {
  if (find(topic_name, now) == nullptr) accepted(topic_name);  // too long ago
  const auto [entry, is_new] = convictions_.try_emplace(topic_name);
  Conviction& conviction = entry->second;
  if (is_new)
    conviction.age = oldest_first_.insert(oldest_first_.end(), topic_name);
  else
    oldest_first_.splice(oldest_first_.end(), oldest_first_, conviction.age);
  ++conviction.in_a_row;
  conviction.reason_code = reason_code;
  conviction.last = now;
  if (convictions_.size() > capacity) accepted(oldest_first_.front());
}

void ConvictedTopics::accepted(const std::string& topic_name) {
  if (convictions_.empty()) return;
  const auto found = convictions_.find(topic_name);
  if (found == convictions_.end()) return;
  const auto age = found->second.age;
  convictions_.erase(found);
  oldest_first_.erase(age);
}

TimePoint ConvictedTopics::earliest(const std::string& topic_name, TimePoint now) const {
  const Conviction* const known = find(topic_name, now);
  if (known == nullptr) return {};
  const auto pause = first_pause * (1 << std::min(known->in_a_row - 1, 10));
  return known->last + std::min<std::chrono::milliseconds>(pause, refusal);
}

std::optional<int> ConvictedTopics::refused_for(const std::string& topic_name, TimePoint now) const {
  const Conviction* const known = find(topic_name, now);
  if (known == nullptr || known->in_a_row < until_refused || now - known->last >= refusal)
    return std::nullopt;
  return known->reason_code;
}

}  // namespace bridge
