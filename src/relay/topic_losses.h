#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "bridge/core/clock.h"
#include "loss_set.h"

namespace bridge {

/// Counts the losses of the connection that Topic Names are to blame for, and says when they are many: four
/// within ten seconds, and then any further one. One bad message costs several losses until it is convicted;
/// from then on they count as one, so that four bad messages are many and four losses for one are not. Until
/// then, and where none is convicted, a loss counts half if a message was in flight that would cost two: two
/// bad messages would be many otherwise. Bounded. Not safe from several threads.
class TopicLosses {
 public:
  static constexpr std::size_t many = 4;  // fewer may be an accident
  static constexpr std::chrono::seconds within{10};
  static constexpr std::chrono::seconds stay_many{10};  // after the last of them
  static constexpr std::size_t capacity = 16;

  bool are_many(TimePoint now) const { return now < many_until_; }

  /// The connection was lost, and a topic may be to blame. @param is_half a bad message among those that
  ///   were in flight costs two losses until it is found out.
  void lost(LossNumber loss, bool is_half, TimePoint now);
  /// The broker closes the connection at one message. @param losses those at which the message was in flight.
  void explained(const LossSet& losses, TimePoint now);
  /// The loss does not count any more, nor does the message that was convicted by it.
  void pardon(LossNumber loss);

 private:
  struct Loss {
    LossNumber number = 0;
    bool is_explained = false;  // it stands for all losses that one message explains
    bool is_half = false;       // it counts half
    TimePoint at{};
    TimePoint many_until{};  // with it and all those before
  };

  void add(Loss loss);
  bool makes_many(std::size_t last) const;
  void count_again();

  std::vector<Loss> losses_;  // oldest first
  TimePoint many_until_{};
  TimePoint kept_many_until_{};  // with those that were dropped for want of room
};

}  // namespace bridge
