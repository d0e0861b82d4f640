#pragma once

#include <functional>
#include <optional>
#include <string>

#include "bridge/core/error.h"

namespace bridge {

/// The end of a submitted message: taken by the broker (QoS 0: written to a live connection), stored on the
/// disk to be sent later, or neither.
struct PublishResult {
  std::optional<Error> error;
  int reason_code = 0;  // a Reason Code of success, such as 16, no matching subscribers
  std::string id;       // of the message, if it was stored
};

/// Must return at once, and may submit again.
using PublishDone = std::function<void(PublishResult)>;

}  // namespace bridge
