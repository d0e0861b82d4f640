#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "../codec/packet.h"
#include "bridge/core/clock.h"
#include "bridge/core/session.h"
#include "connect_settings.h"
#include "flows.h"
#include "handshake.h"
#include "incoming.h"
#include "packet_reader.h"
#include "protocol_events.h"

namespace bridge::mqtt {

/// An MQTT client without I/O, clock or thread (MQTT 5.0 and 3.1.1, chapters 2 to 4): bytes, time and
/// commands go in; bytes, events and the next deadline come out. It lives as long as its session, over many
/// connections. For one thread.
///
/// The first connection says Clean Start, since a broker may hold a session of an earlier process with the
/// same Client Identifier, whose Packet Identifiers would be taken for ours. With MQTT 3.1.1 a session that
/// begins with Clean Session ends with its connection (3.1.2.4): the next connection begins one that is
/// kept.
class ClientProtocol {
 public:
  /// Bytes that may wait in output(), behind the packet that is going out, before takes() says no.
  static constexpr std::size_t most_pending = 65536;

  /// Keeps a reference to `events`.
  ClientProtocol(const ConnectSettings& settings, ProtocolEvents& events);
  ClientProtocol(const ClientProtocol&) = delete;
  ClientProtocol& operator=(const ClientProtocol&) = delete;

  // The connection.

  /// A transport is open: output() has the CONNECT. Only after closed(), or for the first time.
  /// @throws std::length_error if a text of the settings is longer than 65,535 bytes.
  void open(Version version);
  /// Bytes from the broker, in pieces of any size. After on_fault(), on_disconnect() and an on_connack() that
  /// refuses all further bytes of this connection are dropped.
  void received(std::string_view bytes, TimePoint now);
  /// The transport is gone. Tells the end of the messages that no later connection carries: those of QoS 0,
  /// and those of which no byte was written.
  void closed();
  /// Only while there is no connection: tells everything in flight as interrupted; the next CONNECT says
  /// Clean Start.
  void start_anew();
  /// Between on_connack() with success and closed().
  bool is_connected() const { return is_connected_; }
  /// @return true if something was published, subscribed or unsubscribed on this connection that the broker
  ///   has not answered: then a close may be its answer. A message of QoS 0 is answered by whatever answers
  ///   something that was sent after it.
  bool has_unanswered() const;
  /// @return true if the broker has not answered a PINGREQ of this connection.
  bool has_unanswered_ping() const { return flows_.keep_alive.has_unanswered(); }

  // Writing.

  /// The next bytes, as parts that stay valid until the next call of a function that is not const. Empty if
  /// there are none. A payload of some size is a part of its own, and never copied.
  std::span<const std::string_view> output() { return flows_.output.parts(); }
  /// The transport took the first `bytes` of output(). QoS 0 messages whose last byte is among them have
  /// ended.
  void written(std::size_t bytes, TimePoint now);

  // Commands, while is_connected(); after on_fault() and on_disconnect() takes() says no, and the others have
  // no effect.

  /// @return true if publish() may be called: less than most_pending bytes wait; for QoS 1 and 2, too,
  ///   nothing waits to be sent again, and the broker's Receive Maximum leaves room (MQTT 5.0, 4.9).
  bool takes(QoS qos) const;
  /// Only if takes() says so, and within the limits of the CONNACK.
  /// @throws std::length_error if a text is longer than 65,535 bytes, or the packet than 268,435,460: a
  ///   mistake of the caller's, after which the message is not in flight.
  void publish(Outgoing& message, TimePoint now);
  /// As Session::abandon(); also without a connection. The next CONNECT says Clean Start, which ends the
  /// session with such a message. Nothing happens if the message has ended.
  void abandon(Outgoing& message);
  /// At most SubscriptionsUnderWay::most at a time may be unanswered, of subscribe() and unsubscribe()
  /// together.
  /// @return the number by which on_suback() or on_unsuback() names it. Requests without an answer at
  ///   closed() are forgotten without an event.
  std::uint64_t subscribe(std::span<const Subscription> subscriptions);
  std::uint64_t unsubscribe(std::span<const std::string> topic_filters);
  /// PINGREQ, answered by on_pong(), in order.
  void ping();
  /// Sends DISCONNECT; takes() says no from then on.
  void disconnect(std::uint8_t reason_code);

  // Time.

  /// The time at which on_time() has something to do: a PINGREQ for Keep Alive (3.1.2.10; counted from the
  /// last packet that was handed to the transport), or a message that is unanswered.
  TimePoint next_deadline() const;
  void on_time(TimePoint now);

  /// The number of messages of QoS 1 and 2 in flight, for figures.
  std::size_t in_flight() const { return flows_.in_flight.size(); }

 private:
  enum class Phase {
    closed,
    connecting,  // no CONNACK yet
    connected,
    leaving,  // our DISCONNECT is on its way, or written
    over,     // by a fault, a DISCONNECT or a refusal of the broker's: nothing more is read
  };

  bool reads() const { return phase_ != Phase::closed && phase_ != Phase::over; }
  void handle(const PacketReader::Arrived& arrived, TimePoint now);
  void connack(const ConnackReceived& connack, TimePoint now);
  void fault(std::uint8_t reason_code, std::string_view words);
  void resend(TimePoint now);

  ProtocolEvents& events_;
  Handshake handshake_;
  PacketReader reader_;
  Flows flows_;
  Incoming incoming_;
  Phase phase_ = Phase::closed;
  bool is_connected_ = false;
  std::uint16_t receive_maximum_ = 0;  // the broker's
};

}  // namespace bridge::mqtt
