#pragma once

#include <cstddef>
#include <cstdint>

#include "answers.h"
#include "bridge/core/clock.h"
#include "bridge/core/session.h"
#include "bridge/core/settings.h"
#include "bridge/metrics/counters.h"
#include "broker_link.h"
#include "deadlines.h"
#include "delivery.h"
#include "lanes.h"
#include "retry_backoff.h"
#include "topic_permissions.h"
#include "turn_time.h"

namespace bridge {

/// State that the parts of the relay share. For the session's loop alone, as they are.
struct RelayState {
  RelayState(const Settings& settings, Session& the_session, const Clock& clock, Counters& the_counters)
      : publish(settings.publish),
        outbox(settings.outbox),
        session(the_session),
        counters(the_counters),
        time(clock),
        answers(the_counters) {}

  TimePoint now() { return time.now(); }

  const PublishSettings publish;
  const OutboxSettings outbox;
  Session& session;
  Counters& counters;
  TurnTime time;
  TimePoint qos0_sent_at{};  // the last one

  std::size_t held_bytes = 0;     // of what was submitted, and waits or is in flight
  std::size_t drained_bytes = 0;  // of what was read back from the disk
  Deadlines deadlines;            // of what callers wait for
  Answers answers;
  BrokerLink link;
  TopicPermissions permissions;
  RetryBackoff backoff;
  Lanes lanes;
  Deliveries in_flight;        // in the order of handing over
  Deliveries unanswered;       // in flight, too, but the broker does not acknowledge them
  Deliveries hopeless;         // of these: given up with the next turn
  Deliveries written;          // QoS 0 that is stored: not known to have arrived
  Deliveries confirming;       // the same, and the broker is being asked about them
  bool leaves_stored = false;  // to the next process
  bool is_stopping = false;
};

}  // namespace bridge
