#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bridge/core/outbox.h"

namespace bridge {

/// A stored message that waits for the broker, for people.
struct WaitingMessage {
  ShownEntry entry;
  int attempts = 0;         // how often it was sent since the start of this process
  std::string last_reason;  // why it did not get on, a sentence; empty if nothing is known
};

struct WaitingMessages {
  std::vector<WaitingMessage> messages;  // in the order of sending
  std::optional<Sequence> next;          // as ShownEntries has it
};

/// Empty if the disk cannot be read.
using WaitingDone = std::function<void(std::optional<WaitingMessages>)>;

/// The result of ending a stored message by hand.
enum class Withdrawal {
  unsent,  // this process never sent it, nor will any
  sent,    // it is not sent again, but was sent before: the broker may have it
  gone,    // there is no such message: it was delivered, refused, expired or ended before
  failed,  // the disk does not take it; it waits as before
};
using WithdrawalDone = std::function<void(Withdrawal)>;

}  // namespace bridge
