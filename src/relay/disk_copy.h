#pragma once

#include <memory>
#include <optional>
#include <string>

#include "bridge/core/outbox.h"
#include "bridge/relay/publish_result.h"

namespace bridge {

/// The copy of a message on the disk.
struct DiskCopy {
  enum class State : unsigned char {
    none_ever,  // it is not to be stored, or the disk has refused it once, or an operator ended it: the disk
                // is not asked again
    none,
    storing,  // on its way to the disk
    stored,
  };

  State state = State::none_ever;
  bool id_is_sent = false;  // as a User Property of the message
  std::string id;           // under which it is or will be stored
  Sequence stored_as = 0;
  std::optional<IdempotencyToken> token;  // stored with it
  /// The outcome that came while the disk was writing. Its caller is told when the disk has answered.
  std::unique_ptr<PublishResult> outcome_after_disk;
};

}  // namespace bridge
