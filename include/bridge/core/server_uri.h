#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bridge/core/server_scheme.h"
#include "bridge/core/settings.h"

namespace bridge {

/// The servers to try, in order, each canonical: `tcp://`, `ssl://`, `ws://` or `wss://`, with its
/// port written out.
std::vector<std::string> server_uris(const MqttSettings& settings);

/// `mqtt://` is `tcp://`, `mqtts://` is `ssl://`; a port that is missing becomes the scheme's own. An IPv6
/// address keeps its brackets, a WebSocket's path stays. `uri` must have been validated.
std::string canonical_uri(std::string_view uri);

}  // namespace bridge
