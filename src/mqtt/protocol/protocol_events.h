#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "../codec/packet.h"
#include "bridge/core/session.h"

namespace bridge::mqtt {

/// The contents of a CONNACK (MQTT 5.0, 3.2).
struct ConnackReceived {
  /// 0: connected. With MQTT 3.1.1 the Connect Return code. A broker that takes an MQTT 5 CONNECT and answers
  /// as MQTT 3.1.1 does has not understood it: 0x84, unsupported protocol version.
  std::uint8_t reason_code = 0;
  bool session_present = false;
  BrokerLimits limits;
  std::chrono::seconds keep_alive{};       // in force: ours, or the Server Keep Alive
  std::chrono::seconds session_expiry{};   // in force
  std::string assigned_client_identifier;  // empty: ours holds
  std::string reason_string;               // as the broker sent it: to be escaped and cut before it is shown
  std::string server_reference;
  bool looks_like_rabbitmq = false;  // 4.0 to 4.3, with MQTT 5; no broker says its name
};

/// Events of the protocol, told when its own state is consistent. From each of them the functions under
/// "commands" of ClientProtocol may be called, and no others. None may throw.
class ProtocolEvents {
 public:
  virtual ~ProtocolEvents() = default;
  /// Called when the messages of a lost session have been told as interrupted, and those of a resumed one
  /// are on their way again.
  virtual void on_connack(const ConnackReceived& connack) = 0;
  /// All ends of one call of ClientProtocol, in their order, unless another event comes between.
  virtual void on_published(std::span<const PublishEnd> ends) = 0;
  virtual void on_unanswered(Outgoing& message) = 0;
  /// The broker answered QoS 2 with a PUBACK; told once for each connection.
  virtual void on_lowered_qos() = 0;
  /// @param reason_codes one for each subscription, in their order
  virtual void on_suback(std::uint64_t request, std::span<const std::uint8_t> reason_codes) = 0;
  /// @param reason_codes one for each Topic Filter, in their order; with MQTT 3.1.1 none
  virtual void on_unsuback(std::uint64_t request, std::span<const std::uint8_t> reason_codes) = 0;
  /// A message of QoS 1 is acknowledged when this has returned; one of QoS 2 is told once only.
  virtual void on_message(const Publish& publish) = 0;
  virtual void on_pong() = 0;
  /// The broker sent DISCONNECT; the connection is to be closed.
  virtual void on_disconnect(std::uint8_t reason_code, std::string_view reason_string) = 0;
  /// The broker broke the protocol: what output() has (a DISCONNECT with `reason_code`, for MQTT 5) is to be
  /// written once, and the connection closed. Nothing was confirmed or freed by the offending packet.
  virtual void on_fault(std::uint8_t reason_code, std::string_view words) = 0;
};

}  // namespace bridge::mqtt
