#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "bridge/core/clock.h"

namespace bridge::listener {

/// Finds the Topic Filter at which a broker closes the connection (RabbitMQ: a forbidden one; FlashMQ: more
/// than 128 levels; ejabberd: `$share`), and leaves it out for a while. A filter that was under way when a
/// connection ended is suspect: it is subscribed to alone from then on, until it is granted. If it was under
/// way alone when the next one ended, it is at fault: it is left out for 10 s, then for twice as long each
/// time, at most 5 min. For one thread.
class FilterPauses {
 public:
  enum class Standing { trusted, suspect, left_out };
  /// Filters that are remembered; beyond it the oldest is forgotten, since callers may name any they like.
  static constexpr std::size_t capacity = 1000;

  Standing standing(const std::string& topic_filter, TimePoint now) const;
  /// The Reason Code for a filter that is left out.
  int reason_code(const std::string& topic_filter) const;

  /// The connection ended while the filter waited for its answer, or at once after it was refused.
  /// @param at_fault true if no other filter can be to blame.
  /// @param reason_code the broker's for it, at least 128.
  void lost(const std::string& topic_filter, bool at_fault, int reason_code, TimePoint now);
  void granted(const std::string& topic_filter) { records_.erase(topic_filter); }

  /// The end of the next pause; empty if there is none.
  std::optional<TimePoint> next_end() const;
  /// @return true if a pause has ended since the last call.
  bool take_ended(TimePoint now);

 private:
  struct Record {
    TimePoint since;
    std::optional<TimePoint> until;     // set while it is left out
    std::chrono::seconds next_pause{};  // 0: not found at fault yet
    int reason_code = 0;
  };

  void make_room();

  std::map<std::string, Record> records_;
};

}  // namespace bridge::listener
