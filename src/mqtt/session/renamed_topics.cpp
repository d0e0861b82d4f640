#include "renamed_topics.h"

#include <utility>

#include "bridge/core/topic.h"

namespace bridge::mqtt {

void RenamedTopics::connected(const ConnackReceived& connack) {
  met_.clear();
  if (connack.limits.protocol_version < 5)
    renames_ = Renames::maybe;
  else
    renames_ = connack.looks_like_rabbitmq ? Renames::yes : Renames::no;
}

void RenamedTopics::lowered_qos() {
  if (renames_ != Renames::maybe) return;
  renames_ = Renames::yes;
  if (!met_.empty()) tell(std::exchange(met_, {}));
}

void RenamedTopics::publishing(const std::string& topic_name) {
  if (is_told_ || renames_ == Renames::no || !is_renamed_by_rabbitmq(topic_name)) return;
  if (renames_ == Renames::yes)
    tell(topic_name);
  else if (met_.empty())
    met_ = topic_name;
}

void RenamedTopics::tell(std::string_view topic_name) {
  is_told_ = true;
  log_.renamed_topic(topic_name);
}

}  // namespace bridge::mqtt
