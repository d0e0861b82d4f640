#pragma once

#include <chrono>

#include "in_flight.h"
#include "inbound.h"
#include "keep_alive.h"
#include "output_queue.h"
#include "packet_identifiers.h"
#include "publish_ends.h"
#include "publish_flow.h"
#include "redelivery.h"
#include "subscriptions_under_way.h"
#include "unanswered.h"

namespace bridge::mqtt {

/// The exchanges between client and broker once they are connected, with the state that outlives the
/// connection.
struct Flows {
  Flows(ProtocolEvents& events, std::chrono::milliseconds unanswered_after)
      : ends(events), unanswered(in_flight, unanswered_after) {}
  Flows(const Flows&) = delete;
  Flows& operator=(const Flows&) = delete;

  PublishEnds ends;
  OutputQueue output;
  PacketIdentifiers identifiers;
  InFlight in_flight;
  PublishFlow publish{identifiers, in_flight, output, ends};
  Redelivery redelivery{identifiers, in_flight, output, ends};
  Unanswered unanswered;
  Inbound inbound{output};
  SubscriptionsUnderWay subscriptions{identifiers, output};
  KeepAlive keep_alive{output};
};

}  // namespace bridge::mqtt
