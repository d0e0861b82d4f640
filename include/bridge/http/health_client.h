#pragma once

#include <chrono>
#include <string>

#include "bridge/core/settings.h"

namespace bridge {

/// Asks the bridge that runs with these settings for GET /healthz, or /readyz; on loopback if it listens on
/// all addresses. Over HTTPS the bridge must show the certificate in `http.tls.cert_file`, whatever names
/// that has; if it demands a client certificate, it is shown the same one. A bridge that refuses it is alive,
/// but whether it is ready stays unknown.
/// @param limit for the connection and the answer together.
/// @return why it is not healthy, or not ready, in one line; empty if it is.
std::string ask_for_health(const HttpSettings& settings, bool ready, std::chrono::milliseconds limit);

}  // namespace bridge
