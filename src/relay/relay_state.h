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
#include "sent_messages.h"
#include "topic_permissions.h"
#include "turn_time.h"

namespace bridge {

/// State that the parts of the relay share. The session's loop only.
struct RelayState {
  struct SettingsInUse {
    PublishSettings publish;
    OutboxSettings outbox;
  };
  /// The bytes of messages that are in memory.
  struct Memory {
    std::size_t held = 0;     // of submitted ones that wait or are in flight
    std::size_t drained = 0;  // of those that were read back from the disk
  };

  RelayState(const Settings& all_settings, Session& the_session, const Clock& clock, Counters& the_counters)
      : settings{all_settings.publish, all_settings.outbox},
        session(the_session),
        counters(the_counters),
        time(clock),
        answers(the_counters) {}

  TimePoint now() { return time.now(); }

  const SettingsInUse settings;
  Session& session;
  Counters& counters;
  TurnTime time;
  TimePoint qos0_sent_at{};  // the last one

  Memory memory;        // before the messages, which give their bytes back to it
  Deadlines deadlines;  // of the answers that callers wait for
  Answers answers;
  BrokerLink link;
  TopicPermissions permissions;
  RetryBackoff backoff;
  Lanes lanes;
  SentMessages sent;
  bool leaves_stored = false;  // to the next process
  bool is_stopping = false;
};

/// Calls `use` for each message that was handed to the session at least once. `use` changes no list.
template <typename Use>
void for_each_sent(RelayState& state, Use use) {
  state.sent.for_each(use);
  for (Deliveries* const list : {&state.lanes.redelivery, &state.lanes.suspects})
    for (Delivery& delivery : *list) use(delivery);
}

/// Calls `use` for each message, but for those that wait for nothing but the disk: StoringRules has them.
template <typename Use>
void for_each_delivery(RelayState& state, Use use) {
  Lanes& lanes = state.lanes;
  for (Deliveries* const list :
       {&lanes.small_immediate, &lanes.large_immediate, &lanes.from_disk, &lanes.ordered, &lanes.parked})
    for (Delivery& delivery : *list) use(delivery);
  for_each_sent(state, use);
}

}  // namespace bridge
