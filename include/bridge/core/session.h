#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "bridge/core/broker_limits.h"
#include "bridge/core/clock.h"
#include "bridge/core/message.h"

namespace bridge {

/// One message on its way to the broker. The session refers to it, and does not copy it: it must stay alive,
/// in place and unchanged from publish() until its end is told.
struct Outgoing {
  Message message;
  std::optional<TimePoint> expires_at;  // the PUBLISH has the time left until then (MQTT 5.0, 3.3.2.3.3)
  std::uint32_t in_session = 0;         // for the session alone: an index of its own
};

/// The end of the sending of one message.
struct PublishOutcome {
  enum class Kind {
    accepted,     // QoS 0: written to the connection. QoS 1, 2: acknowledged, Reason Code below 128
    refused,      // acknowledged with a Reason Code of 128 or above: the broker did not take it
    interrupted,  // the session that carried it has ended; whether the broker has it is unknown
    unsent,       // the connection ended before the first byte of it was written
    expired,      // its expiry passed while it waited to be sent again; whether the broker has it is unknown
  };
  Kind kind = Kind::accepted;
  int reason_code = 0;  // MQTT 5.0, 2.4; always 0 with MQTT 3.1.1
};

/// A message whose sending has ended: the session no longer refers to it.
struct PublishEnd {
  Outgoing* message = nullptr;
  PublishOutcome outcome;
};

/// The reason why a connection that on_connected() announced has ended.
struct ConnectionLoss {
  enum class Kind {
    closed,        // by the broker, without a word
    disconnected,  // by the broker, with a DISCONNECT: reason_code (MQTT 5.0, 3.14.2.1)
    faulty,        // by us: the broker broke the protocol
    silent,        // by us: the broker gave no sign of life
    broken,        // by the network between
  };
  Kind kind = Kind::closed;
  int reason_code = 0;
  std::chrono::steady_clock::duration lived{};  // since the CONNACK
};

/// The fate of messages of QoS 1 and 2 that are in flight at a loss.
enum class Resumption {
  resume,      // sent again on the next connection if the broker still has the session, else interrupted
  start_anew,  // interrupted at once; the next connection starts a new session (Clean Start)
};

/// Told by a Session, on its loop's thread, with no lock held: each function may call the session. None may
/// throw.
class SessionObserver {
 public:
  virtual ~SessionObserver() = default;
  /// After each CONNACK with success. Messages of a resumed session go out again by themselves, before
  /// anything newer; those of a lost session have been told as interrupted.
  virtual void on_connected(const BrokerLimits& limits) = 0;
  /// An attempt to connect found no broker. A broker that closed the connection at a message would be there.
  virtual void on_unreachable() = 0;
  /// The connection has ended. Messages of QoS 0, and those of which no byte was written, have been told
  /// before.
  virtual Resumption on_disconnected(const ConnectionLoss& loss) = 0;
  /// Exactly once for each publish(), in the order in which they ended, but for those not ended at stop().
  virtual void on_published(std::span<const PublishEnd> ends) = 0;
  /// The broker does not acknowledge a message of QoS 1 or 2 while it acknowledges others: the message gives
  /// its place in the window back. It stays in flight, and its end is still told. Once for each connection.
  virtual void on_unanswered(Outgoing& message) = 0;
  /// At the end of each turn of the loop that was asked for, or in which something was received or written:
  /// hand over the messages that are due; they all go out in one write. @return when to call again at the
  /// latest.
  virtual TimePoint on_turn(TimePoint now) = 0;
};

/// The session that publishes: one connection to a broker that keeps itself up (connects, reconnects, backs
/// off), MQTT 5 or 3.1.1. For the thread of its loop only; no call waits for the network.
class Session {
 public:
  virtual ~Session() = default;
  /// @return true if publish() may be called now: connected, less than 64 KiB wait for the socket behind the
  ///   packet that is going out, and for QoS 1 and 2 the broker's Receive Maximum leaves room (MQTT 5.0,
  ///   4.9).
  virtual bool takes(QoS qos) const = 0;
  /// Hands a message over; only if takes() says so. It leaves with this turn's write.
  virtual void publish(Outgoing& message) = 0;
  /// Drops a message that is in flight: its end is not told, and it is not sent again. Its Packet Identifier
  /// stays taken until it is acknowledged; a session with such a message is not resumed.
  virtual void abandon(Outgoing& message) = 0;
  /// Calls `done(true)` when the broker has read all that was written before (PINGREQ and PINGRESP: a broker
  /// reads in order), or `done(false)` if the connection is lost first.
  virtual void confirm_written(std::function<void(bool arrived)> done) = 0;
  /// Has on_turn() called at the end of this turn of the loop.
  virtual void ask_for_turn() = 0;
};

}  // namespace bridge
