#pragma once

#include <vector>

#include "bridge/core/clock.h"
#include "delivery.h"

namespace bridge {

/// Weighs losses for which the broker gives a reason of its own: it is busy, shuts down, counts a quota. One
/// says nothing of the messages that were in flight. But a broker may give such a reason each time that it
/// reads one and the same message, which would then be sent for ever. So what was in flight at three of them
/// is sent alone, as Suspects does it, after a pause that doubles; lost alone again and again it is
/// convicted, sooner where the broker took messages of others between.
///
/// A broker that is busy, or has had enough of us, convicts nobody: it takes later what it was lost at
/// before, or takes nothing and is lost at others as well. Both begin the count anew, and so does an absence.
class Excuses {
 public:
  static constexpr int until_suspect = 3;     // losses: a broker that moves or restarts gives a reason or two
  static constexpr int until_convicted = 24;  // the sum of the weights of losses
  static constexpr int weight = 1;            // of a loss, where nothing else was sent since the last one
  static constexpr int weight_if_others_passed = 3;

  /// The broker acknowledged a message.
  void taken(const Delivery& delivery, TimePoint now);
  /// The connection was lost with such a reason. @param sent what was under way, in the order of sending.
  void excused(const std::vector<Delivery*>& sent);
  /// The connection was lost with such a reason while nothing but `suspect` was under way.
  /// @return true if the broker closes the connection at it.
  bool weigh(Delivery& suspect) const;
  /// The connection was lost, whatever for; after the others. @param sent what was under way.
  void lost(const std::vector<Delivery*>& sent, TimePoint now);

 private:
  TimePoint lost_at_{};
  TimePoint taken_at_{};
  TimePoint pardoned_at_{};  // when the broker took a message at which it may have given such a reason
};

}  // namespace bridge
