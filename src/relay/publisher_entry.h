#pragma once

#include "bridge/relay/publisher.h"

namespace bridge {

/// One submitted message, from submit() until its outcome, or one that was read back from the outbox. Ended:
/// its caller has been told; it may still hold a place in the window, until the session says what became of
/// it, and be sent again for as long as the disk has it.
struct PublisherEntry {
  enum class Place {
    memory,   // here only
    storing,  // on its way to the disk
    stored,   // here and on the disk
  };

  Message message;
  QoS asked_qos{};  // by the caller; the message may go out with QoS 1 to have the broker say what it thinks
                    // of it
  PublishDone done;
  std::uint64_t submitted = 0;  // in the order of submit()
  std::uint64_t sequence = 0;   // in the order of the first sending, which is the order of sending again
  std::size_t size = 0;         // bytes, as a packet
  std::multimap<TimePoint, PublisherEntryPtr>::iterator due;
  TimePoint deadline;  // as the caller wants it
  int times_sent = 0;  // once it is not 0, nobody may say "never sent"
  bool ended = false;

  bool storable = false;
  int setbacks = 0;           // how often it was not taken, though it might be later
  bool drained = false;       // read back from the disk
  bool store_failed = false;  // once was enough
  bool carries_id = false;
  Place place = Place::memory;
  Sequence stored_as = 0;
  std::string id;
  std::optional<RequestMark> mark;
  std::optional<TimePoint> expires;
  std::optional<PublishResult> verdict;  // that came while it was on its way to the disk

  bool is_done_with() const { return ended && place == Place::memory; }
};

}  // namespace bridge
