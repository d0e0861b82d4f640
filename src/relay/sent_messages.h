#pragma once

#include "delivery.h"

namespace bridge {

/// The messages that were handed to the session, and of which nobody knows yet whether the broker has them.
struct SentMessages {
  Deliveries in_flight;   // in the order of handing over
  Deliveries unanswered;  // in flight, but the broker does not acknowledge them
  Deliveries hopeless;    // unanswered for too long: given up with the next turn
  Deliveries written;     // QoS 0 that is stored: not known to have arrived
  Deliveries confirming;  // as `written`, and the broker is being asked whether it has read them

  template <typename Use>
  void for_each(Use use) {
    for (Deliveries* const list : {&in_flight, &unanswered, &hopeless, &written, &confirming})
      for (Delivery& delivery : *list) use(delivery);
  }
};

}  // namespace bridge
