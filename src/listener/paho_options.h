#pragma once

#include <mqtt/async_client.h>

#include <chrono>
#include <string>

#include "bridge/core/settings.h"

namespace bridge::listener {

/// The options for a connection to `uri` with `version` (5, or 4 for MQTT 3.1.1): with a session that ends
/// with its connection, without a Will, and in TLS if the scheme says so, with peer and host name verified.
::mqtt::connect_options paho_options(const MqttSettings& settings, const std::string& uri, int version,
                                     std::chrono::seconds keepalive);

}  // namespace bridge::listener
