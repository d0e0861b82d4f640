#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "protocol_events.h"

namespace bridge::mqtt {

/// The ends of messages that have not been told yet: all of one call are told at once, but before any other
/// event.
class PublishEnds {
 public:
  /// Keeps a reference to `events`.
  explicit PublishEnds(ProtocolEvents& events) : events_(events) {}

  void add(Outgoing& message, PublishOutcome::Kind kind, std::uint8_t reason_code = 0) {
    untold_.push_back({&message, {kind, reason_code}});
  }
  void tell() {
    if (untold_.empty()) return;
    told_.swap(untold_);
    events_.on_published(told_);
    told_.clear();
  }

 private:
  ProtocolEvents& events_;
  std::vector<PublishEnd> untold_;
  std::vector<PublishEnd> told_;
};

}  // namespace bridge::mqtt
