#pragma once

#include <string>

#include "connector.h"

namespace bridge::mqtt {

/// @param canonical_uri as canonical_uri() makes it: tcp, ssl, ws or wss, with its port, an IPv6 address in
///   brackets. A WebSocket's path begins with its first slash; without one it is "/mqtt".
BrokerAddress broker_address(const std::string& canonical_uri);

}  // namespace bridge::mqtt
