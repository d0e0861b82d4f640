#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

#include "bridge/core/clock.h"
#include "bridge/core/seeded_hash.h"

namespace bridge {

/// Remembers for some seconds which Topic Names the broker refused. mosquitto closes the connection that all
/// callers share when its ACL forbids a publish; without this memory one caller in a loop would hold
/// everybody in an endless reconnect. Bounded: the oldest is forgotten first. Not safe from several threads.
class RefusedTopics {
 public:
  static constexpr std::chrono::seconds memory{10};
  static constexpr std::size_t capacity = 1000;

  void remember(const std::string& topic_name, int reason_code, TimePoint now);
  /// The Reason Code with which the broker refused the topic, if that is not long ago.
  std::optional<int> refusal(const std::string& topic_name, TimePoint now) const;

 private:
  struct Refusal {
    int reason_code;
    TimePoint at;
  };
  void forget_old(TimePoint now);

  std::unordered_map<std::string, Refusal, SeededHash> refusals_;
  std::deque<std::string> oldest_first_;
};

}  // namespace bridge
