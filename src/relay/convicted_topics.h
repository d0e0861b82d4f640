#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "bridge/core/clock.h"
#include "bridge/core/seeded_hash.h"

namespace bridge {

/// Topic Names of messages at which the broker closed the connection. Whether for the topic or for the
/// message nobody knows, so the next one is sent alone at once, after a pause that doubles; after some in a
/// row the topic itself is refused for a while, so that a caller who goes on costs everybody at most one
/// connection each `refusal`. Bounded: the oldest is forgotten first. Not safe from several threads.
class ConvictedTopics {
 public:
  static constexpr std::chrono::seconds memory{60};
  static constexpr std::chrono::seconds refusal{10};
  static constexpr int until_refused = 3;  // in a row
  static constexpr std::size_t capacity = 1000;
  static constexpr std::chrono::milliseconds first_pause{250};

  void convicted(const std::string& topic_name, int reason_code, TimePoint now);
  /// The broker has taken a message of that topic.
  void accepted(const std::string& topic_name);
  bool knows(const std::string& topic_name, TimePoint now) const { return find(topic_name, now) != nullptr; }
  /// When the next one may be sent alone; in the past if the topic is not known.
  TimePoint earliest(const std::string& topic_name, TimePoint now) const;
  /// The Reason Code with which the topic is refused now.
  std::optional<int> refused_for(const std::string& topic_name, TimePoint now) const;

 private:
  struct Conviction {
    int in_a_row = 0;
    int reason_code = 0;
    TimePoint last{};
    std::list<std::string>::iterator age;
  };

  const Conviction* find(const std::string& topic_name, TimePoint now) const;

  std::unordered_map<std::string, Conviction, SeededHash> convictions_;
  std::list<std::string> oldest_first_;
};

}  // namespace bridge
