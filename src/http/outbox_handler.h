#pragma once

#include "bridge/core/outbox.h"
#include "bridge/relay/dead_letters.h"
#include "bridge/relay/waiting_room.h"
#include "request_context.h"

namespace bridge {

// The outbox from outside.

/// GET /outbox: how it stands. @param outbox null where nothing is kept.
void show_outbox(const RequestContext& context, const Outbox* outbox);
/// GET /outbox/messages?limit=N&after=CURSOR: what waits for the broker, in the order of sending.
/// @param room null where nothing is kept.
void list_waiting(const RequestContext& context, WaitingRoom* room);
/// DELETE /outbox/messages/{id}: it is not sent any more.
void delete_waiting(const RequestContext& context, WaitingRoom& room);
/// GET /outbox/dead?limit=N&after=ID: what the broker refused for good, the oldest first.
void list_dead_letters(const RequestContext& context, DeadLetters& letters);
/// POST /outbox/dead/{id}/retry: it is sent once more, behind all that waits.
void retry_dead_letter(const RequestContext& context, DeadLetters& letters);
/// DELETE /outbox/dead/{id}.
void delete_dead_letter(const RequestContext& context, DeadLetters& letters);

}  // namespace bridge
