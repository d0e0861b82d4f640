#pragma once

#include "bridge/core/clock.h"
#include "loss_set.h"
#include "topic_counts.h"

namespace bridge {

/// The losses of the connection for which a message may be to blame: see Suspects and Excuses.
struct Blame {
  int losses = 0;  // in a row, each soon after the message was sent
  int losses_in_all = 0;
  int excused = 0;              // losses for which the broker gave a reason of its own
  int excused_alone = 0;        // the weight of those at which the message was sent alone
  int convicted_for = 0;        // the Reason Code to answer with once it is convicted; 0: it is not
  bool excused_first = false;   // at an excused loss it was the first that was not acknowledged
  LossSet in_flight_at;         // all losses at which it was in flight
  TimePoint lost_at{};          // the last of them
  TimePoint alone_from{};       // when it may be sent alone
  TopicCounts::Hold suspicion;  // while it is a suspect: what follows it on its topic waits behind it
};

}  // namespace bridge
