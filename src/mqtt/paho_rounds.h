#pragma once

namespace bridge::mqtt {

/// How the threads of the client library go about their work, changed where its object files meet, as in
/// paho_repairs.h. The library takes one message at a time: a wake-up, a write, two polls and four reads for
/// each. Here its threads work in rounds, from one wait to the next:
///
/// - Whoever hands over several messages wakes the sending thread once, for all of them. A wake-up that comes
///   while the thread is busy is kept; the library lost it, and the message waited for the next one.
/// - The writes of a round leave as few segments (MSG_MORE), the last of which is pushed out when the round
///   ends. Each write is in the socket's buffer, or has failed, when the library learns of it, as before.
/// - What is written is not held back until the peer has acknowledged what went before it (TCP_NODELAY).
/// - The reading thread takes what has arrived in one read, and polls when it has dealt with it.

/// From now on, this thread wakes the sending thread only by wake_sending_thread().
void hold_back_wake_ups();
void wake_sending_thread();

/// Whether the caller is one of the library's threads, in a round whose end will be told.
bool is_in_round();

/// For `action` to be called by each of the library's threads when a round has ended and what was written in
/// it is on its way. The library's lock is not held.
void tell_ends_of_rounds(void (*action)());

/// The reading thread has found nothing to do, although it may have been told of something to read.
void rest_without_work();

/// Pushes out what this thread has written, before a round's end.
void push_written();

}  // namespace bridge::mqtt
