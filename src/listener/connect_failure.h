#pragma once

#include <string_view>

#include "client.h"

namespace bridge::listener {

constexpr int client_failure = -1;  // paho's MQTTASYNC_FAILURE

/// Reads a failure of connect() as paho tells it. To 1.3.14 the code of a CONNACK stands in paho's return
/// code; from 1.3.15 on that is -1, and a code of MQTT 5 stands in the reason code.
/// @param text paho's own words: nothing else tells a connection that was closed, or never answered, from one
///   that was not made.
ConnectFailure connect_failure(int return_code, int reason_code, std::string_view text);

}  // namespace bridge::listener
