#pragma once

#include <optional>
#include <string>
#include <string_view>

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

  // One of them waits to be published.
  void expect_birth() { due_ = birth_.message.topic_name.empty() || birth_in_flight_ ? nullptr : &birth_; }
  void expect_farewell() { due_ = farewell_.message.topic_name.empty() ? nullptr : &farewell_; }
  Outgoing* due() const { return due_; }
  /// The one that was due has been handed over.
  void handed_over();
  bool is_own(const Outgoing* message) const { return message == &birth_ || message == &farewell_; }
  /// @return whether the end was of one of these.
  bool ended(const PublishEnd& end);
  bool farewell_is_told() const { return due_ != &farewell_ && !farewell_in_flight_; }
  /// The key of the settings that has the message.
  std::string_view key_of(const Outgoing* message) const {
    return message == &birth_ ? "mqtt.birth" : "mqtt.will";
  }

 private:
  Outgoing birth_;
  Outgoing farewell_;
  Outgoing* due_ = nullptr;
  bool birth_in_flight_ = false;
  bool farewell_in_flight_ = false;
};

}  // namespace bridge::mqtt
