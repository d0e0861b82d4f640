#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bridge/core/clock.h"
#include "bridge/core/session.h"
#include "bridge/core/settings.h"

namespace bridge::mqtt {

/// Messages that the bridge publishes of itself: the birth message after each connect, and at a clean end the
/// message of the Will, since a DISCONNECT makes the broker drop the Will (MQTT 5.0, 3.14.4).
class OwnMessages {
 public:
  explicit OwnMessages(const MqttSettings& settings);

  /// The Will for the CONNECT.
  std::optional<Message> will() const;

  /// Makes the birth message due(), unless it is left out at present or beyond the broker's limits.
  /// @return the key of the setting that the broker does not support; empty if there is none.
  std::string_view expect_birth(const BrokerLimits& limits, TimePoint now);
  /// Makes the message of the Will due().
  void expect_farewell() { due_ = farewell_.message.topic_name.empty() ? nullptr : &farewell_; }
  /// The message that is to be published next; null if there is none.
  Outgoing* due() const { return due_; }
  /// The message that was due() has been published.
  void handed_over();
  bool is_own(const Outgoing* message) const { return message == &birth_ || message == &farewell_; }
  /// @return true if it was the end of one of these messages.
  bool ended(const PublishEnd& end);
  /// A connection was lost. RabbitMQ and others close it at a topic that they forbid, each time, for ever.
  /// @param is_alone true if nothing else was published on the connection.
  /// @return true if two connections in a row were lost while the birth message was under way: it is left
  ///   out for a while.
  bool on_lost(const ConnectionLoss& loss, bool is_alone, TimePoint now);
  bool farewell_is_told() const { return due_ != &farewell_ && !farewell_in_flight_; }
  /// The key of the setting that the message comes from.
  std::string_view key_of(const Outgoing* message) const {
    return message == &birth_ ? "mqtt.birth" : "mqtt.will";
  }

 private:
  bool may_have_closed(const ConnectionLoss& loss, bool is_alone) const;

  Outgoing birth_;
  Outgoing farewell_;
  Outgoing* due_ = nullptr;
  bool birth_in_flight_ = false;
  bool birth_was_sent_ = false;  // on this connection
  int losses_at_birth_ = 0;      // in a row
  TimePoint left_out_until_{};   // the birth
  bool farewell_in_flight_ = false;
};

}  // namespace bridge::mqtt
