#include "suspect_topics.h"

namespace bridge {

void SuspectTopics::sending(const std::string& topic_name, TimePoint now) {
  Sent& sent = sent_[next_];
  next_ = (next_ + 1) % capacity;
  sent.topic_name.assign(topic_name);  // keeps its memory: this is on the way of every QoS 0 message
  sent.at = now;
}

void SuspectTopics::lost(TimePoint now) {
  suspects_.clear();
  for (Sent& sent : sent_) {
    if (!sent.topic_name.empty() && now - sent.at < before_a_loss) suspects_.emplace(sent.topic_name, now);
    sent.topic_name.clear();
  }
}

bool SuspectTopics::take(const std::string& topic_name, TimePoint now) {
  if (suspects_.empty()) return false;
  const auto suspect = suspects_.find(topic_name);
  if (suspect == suspects_.end()) return false;
  const bool fresh = now - suspect->second < memory;
  suspects_.erase(suspect);
  return fresh;
}

}  // namespace bridge
