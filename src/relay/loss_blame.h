#pragma once

#include "bridge/core/session.h"

namespace bridge {

/// @return true if the broker may have ended a connection because of a message: without a word, or with a
///   DISCONNECT whose Reason Code does not speak of something else.
bool may_blame_a_message(const ConnectionLoss& loss);

/// @return true if a DISCONNECT gives a reason that is no message's (the broker is busy, shuts down, counts a
///   quota), or if we ended the connection for a fault of the broker's, such as the acknowledgement of
///   something that was not sent.
bool is_excused(const ConnectionLoss& loss);

/// @return true if a DISCONNECT says that a message was at fault, and by which rule.
bool names_a_message_fault(const ConnectionLoss& loss);

/// The Reason Code for a message to which the loss is put down: the broker's, or ours where it said nothing.
int fault_of(const ConnectionLoss& loss);

}  // namespace bridge
