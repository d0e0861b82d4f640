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

/// State that the parts of the relay share. The session's loop only.
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

  std::size_t held_bytes = 0;     // of submitted messages that wait or are in flight
  std::size_t drained_bytes = 0;  // of messages read back from the disk
  Deadlines deadlines;            // of the answers that callers wait for
  Answers answers;
  BrokerLink link;
  TopicPermissions permissions;
  RetryBackoff backoff;
  Lanes lanes;
  Deliveries in_flight;        // in the order of handing over
  Deliveries unanswered;       // in flight, but the broker does not acknowledge them
  Deliveries hopeless;         // unanswered for too long: given up with the next turn
  Deliveries written;          // QoS 0 that is stored: not known to have arrived
  Deliveries confirming;       // as `written`, and the broker is being asked whether it has read them
  bool leaves_stored = false;  // to the next process
  bool is_stopping = false;
};

}  // namespace bridge
