#include "qos0_suspicions.h"

namespace bridge {

void Qos0Suspicions::sending(const std::string& topic_name, TimePoint now) {
  Sent& sent = sent_[next_];
  next_ = (next_ + 1) % capacity;
  sent.topic_name.assign(topic_name);  // keeps its memory: this is on the way of every QoS 0 message
  sent.at = now;
}

void Qos0Suspicions::lost(TimePoint now) {
  suspicions_.clear();
  for (Sent& sent : sent_) {
    if (!sent.topic_name.empty() && now - sent.at < before_a_loss) suspicions_.emplace(sent.topic_name, now);
    sent.topic_name.clear();
  }
}

bool Qos0Suspicions::take(const std::string& topic_name, TimePoint now) {
  if (suspicions_.empty()) return false;
  const auto found = suspicions_.find(topic_name);
  if (found == suspicions_.end()) return false;
  const bool fresh = now - found->second < memory;
  suspicions_.erase(found);
  return fresh;
}

}  // namespace bridge
