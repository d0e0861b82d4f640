#pragma once

namespace bridge::mqtt {

/// Faults of paho.mqtt.c 1.3.11 to 1.3.16 (some of them mended in later ones) that none of its options
/// avoids, repaired where its object files meet: the library is linked statically with the linker's `--wrap`
/// for the functions in paho_gate.cmake. Nothing of its data is written to. That its calls can be turned to
/// ours is checked when this is configured, that they have been when the program starts (paho_wraps.h).
///
/// - A QoS 1 or 2 PUBLISH whose write fails at once (the broker died under load) is freed and yet kept for
///   the next connection, which then sends whatever is in that memory by now (eclipse/paho.mqtt.c issues
///   1621, 1622); and a write that fails closes the connection before the broker's last words have been
///   read, such as the PUBACK that says which topic it forbids. Repair: a packet that the next connection
///   repeats counts as written. The reading thread meets the same dead socket, after all that was still to
///   be read.
/// - The Reason Code of a PUBACK, PUBREC or PUBCOMP below 128 (16: no matching subscribers) reaches no
///   callback. Repair: it is noted on the way, for the callback that follows on the same thread.
/// - After a second of silence the reading thread sleeps for 100 ms at a time, deaf to all that arrives.
///   Repair: it does not while there is a connection; it waits in poll(2) all the same.
/// - It asks only now and then whether a connection on its way has been made: a second later, if the
///   network takes longer than a look. Repair: it looks every 10 ms while there is one on its way.
/// - It keeps a tree of all its allocations, with their file and line, for a leak report that nobody reads:
///   more than half of what a QoS 0 message costs. Repair: its memory comes from calloc (it relies on
///   zeros).
/// - It writes each entry and exit of its functions, and lines of text, to a trace in memory, also if
///   nobody has asked for one: a quarter of what a message costs. Repair: it does not.
/// - It writes a Four Byte Integer above 2,147,483,647 as another number: the largest Message Expiry
///   Interval arrives as 255 seconds. Repair: it is written as it is.
/// - `http_proxy` in the environment diverts every connection, also one to 127.0.0.1, without regard to
///   `no_proxy`. Repair: the library does not see it.

/// For a callback that reports a PUBLISH of QoS 1 or 2 as acknowledged: with which Reason Code.
int acknowledged_reason_code();

/// How long the reading thread may wait for something to read, in milliseconds.
int poll_timeout(int wanted);

/// A connection has come up (+1) or gone (-1).
void count_connection(int change);

/// A connection is on its way (+1), or has been made or has failed (-1).
void count_attempt(int change);

}  // namespace bridge::mqtt
