#pragma once

#include "bridge/relay/publisher.h"

namespace bridge {

/// One submitted message, from submit() until its outcome. Ended: its caller has been told; it may still hold
/// a place in the window, until the session says what became of it.
struct Publisher::Entry {
  Message message;
  QoS asked_qos{};  // by the caller; the message may go out with QoS 1 to have the broker say what it thinks
                    // of it
  PublishDone done;
  std::uint64_t sequence = 0;  // in the order of submit(), which is the order of sending, also again
  std::size_t size = 0;        // bytes, as a packet
  std::multimap<TimePoint, EntryPtr>::iterator due;
  int times_sent = 0;  // once it is not 0, nobody may say "never sent"
  bool ended = false;
};

}  // namespace bridge
