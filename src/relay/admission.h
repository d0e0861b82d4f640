#pragma once

#include <optional>

#include "relay_state.h"
#include "storing_rules.h"

namespace bridge {

/// Sends a new message where it belongs: to its lane, to the disk, or back to its caller.
class Admission {
 public:
  /// Keeps references.
  Admission(RelayState& state, StoredMessages& stored, StoringRules& rules)
      : state_(state), stored_(stored), rules_(rules) {}

  /// A message that is in no lane yet.
  void take(Delivery& delivery);

 private:
  std::optional<PublishResult> refusal(const Delivery& delivery, bool to_disk);

  RelayState& state_;
  StoredMessages& stored_;
  StoringRules& rules_;
  std::uint64_t submitted_ = 0;
};

}  // namespace bridge
