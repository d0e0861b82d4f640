#pragma once

#include "bridge/core/message.h"
#include "bridge/core/session.h"

namespace bridge {

/// @throws Error invalid_topic_name, or invalid_field with the field's name, for what MQTT does not allow
///   in a PUBLISH: the Topic Name, strings that are not UTF-8 or longer than 65,535 bytes (MQTT 5.0,
///   1.5.4), a Response Topic with a wildcard (3.3.2.3.5), a payload that is said to be UTF-8 and is not
///   (3.3.2.3.2).
void check_message(const Message& message);

/// The Reason Code for what the broker said in its CONNACK that it does not take (MQTT 5.0, 3.2.2.3): QoS not
/// supported, retain not supported, packet too large; 0 if it takes the message.
int beyond_limits(const Message& message, const BrokerLimits& limits);

}  // namespace bridge
