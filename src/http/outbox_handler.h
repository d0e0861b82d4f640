#pragma once

#include "bridge/core/outbox.h"
#include "bridge/relay/dead_letters.h"
#include "exchange.h"

namespace bridge {

// The outbox from outside.

/// GET /outbox: how it stands. @param outbox null where nothing is kept.
void show_outbox(const Exchange& exchange, const Outbox* outbox);
/// GET /outbox/dead?limit=N&after=ID: what the broker refused for good, the oldest first.
void list_dead_letters(const Exchange& exchange, DeadLetters& letters);
/// POST /outbox/dead/{id}/retry: it is sent once more, behind all that waits.
void retry_dead_letter(const Exchange& exchange, DeadLetters& letters);
/// DELETE /outbox/dead/{id}.
void delete_dead_letter(const Exchange& exchange, DeadLetters& letters);

}  // namespace bridge
