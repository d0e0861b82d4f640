#pragma once

#include <MQTTAsync.h>  // MQTTProperties.h alone declares C++ functions

#include <chrono>
#include <optional>

#include "bridge/core/session.h"

namespace bridge::mqtt {

/// What an MQTT 5 CONNACK says (MQTT 5.0, 3.2.2.3); what it does not say has the standard's default.
BrokerLimits limits_of_connack(const MQTTProperties& properties);

/// The limits of a broker that speaks MQTT 3.1.1 and says nothing.
BrokerLimits limits_of_mqtt_3();

/// Server Keep Alive (MQTT 5.0, 3.2.2.3.14). The client library does not follow it: SessionLoop does.
std::optional<std::chrono::seconds> server_keep_alive(const MQTTProperties& properties);

}  // namespace bridge::mqtt
