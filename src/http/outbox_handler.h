#pragma once

#include "bridge/core/outbox.h"
#include "bridge/relay/dead_letters.h"
#include "bridge/relay/waiting_room.h"
#include "request_context.h"

namespace bridge {

// The routes below /outbox.

/// GET /outbox: its status. @param outbox null if there is no outbox.
void show_outbox(const RequestContext& context, const Outbox* outbox);
/// GET /outbox/messages?limit=N&after=CURSOR: messages that wait for the broker, in the order of sending.
/// @param room null if there is no outbox.
void list_waiting(const RequestContext& context, WaitingRoom* room);
/// DELETE /outbox/messages/{id}: the message is not sent any more.
void delete_waiting(const RequestContext& context, WaitingRoom& room);
/// GET /outbox/dead?limit=N&after=ID: messages that the broker refused for good, the oldest first.
void list_dead_letters(const RequestContext& context, DeadLetters& letters);
/// POST /outbox/dead/{id}/retry: sends it once more, behind all messages that wait.
void retry_dead_letter(const RequestContext& context, DeadLetters& letters);
/// DELETE /outbox/dead/{id}.
void delete_dead_letter(const RequestContext& context, DeadLetters& letters);

}  // namespace bridge
