#pragma once

#include "bridge/relay/publisher.h"

namespace bridge {

/// One submitted message, from submit() until its outcome. Ended: its caller has been told; it may still hold
/// a place in the window, until the session says what became of it.
struct Publisher::Entry {
  Message message;
  TimePoint deadline;
  PublishDone done;
  std::multimap<TimePoint, EntryPtr>::iterator due;
  bool handed_over = false;  // ever: then nobody may say "never sent"
  bool ended = false;
};

}  // namespace bridge
