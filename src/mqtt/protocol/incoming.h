#pragma once

#include <cstdint>

#include "../codec/decode.h"
#include "flows.h"
#include "packet_reader.h"
#include "protocol_events.h"

namespace bridge::mqtt {

/// Hands each packet that comes after the CONNACK to the flow that it belongs to, and tells ProtocolEvents
/// what the broker said.
class Incoming {
 public:
  /// Keeps references to both.
  Incoming(Flows& flows, ProtocolEvents& events) : flows_(flows), events_(events) {}

  void begin_connection() { told_lowered_qos_ = false; }
  enum class Result { go_on, disconnected };
  /// @return disconnected if it was a DISCONNECT; on_disconnect() has been called.
  /// @throws PacketFault for whatever the broker may not say; nothing has changed then.
  Result handle(const PacketReader::Arrived& arrived, TimePoint now);

 private:
  void acknowledgement(PacketType type, std::uint16_t identifier, std::uint8_t reason_code, TimePoint now);
  void publish(const Publish& publish);
  void suback(const Suback& suback);
  void unsuback(const Unsuback& unsuback);
  void pingresp();
  void disconnect(const Disconnect& disconnect);

  Flows& flows_;
  ProtocolEvents& events_;
  bool told_lowered_qos_ = false;  // on this connection
};

}  // namespace bridge::mqtt
