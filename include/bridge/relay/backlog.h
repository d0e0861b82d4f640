#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "bridge/core/clock.h"
#include "bridge/core/outbox.h"

namespace bridge {

struct PublisherEntry;
using PublisherEntryPtr = std::shared_ptr<PublisherEntry>;

/// What is stored and has not yet been handed to the connection: on its way to the disk, on the disk, and
/// read back, in this order of time; and what of it the broker has taken that is not yet forgotten by the
/// disk.
struct Backlog {
  std::size_t to_store = 0;               // unsent, on its way to the disk
  std::size_t unread = 0;                 // on the disk
  std::deque<PublisherEntryPtr> fetched;  // read back, oldest first

  bool fetching = false;
  TimePoint not_before{};   // the disk could not be read: when to ask it again
  TimePoint next_look{};    // for what is there and unknown here
  Sequence read_up_to = 0;  // what stands behind it has not been read
  std::set<Sequence>
      in_memory;  // stored while they were in flight: not to be sent a second time from the disk
  std::size_t drained_bytes = 0;  // read back, and not yet settled

  std::vector<PublisherEntryPtr> written;  // of QoS 0: written, and not known to have arrived
  std::uint64_t losses = 0;  // of connections: what was written to one is not asked about on the next
  bool confirming = false;   // the broker has been asked about earlier ones

  std::vector<Sequence> to_settle;
  std::size_t settling = 0;  // handed in to be forgotten: after a crash they would be sent once more
  bool turn = false;         // whose it is: that of what is stored, or of QoS 0, which waits for nobody

  std::size_t size() const { return to_store + unread + fetched.size(); }
};

}  // namespace bridge
