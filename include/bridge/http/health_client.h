#pragma once

#include <chrono>
#include <string>

#include "bridge/core/settings.h"

namespace bridge {

/// Asks the bridge that runs with these settings for GET /healthz, or /readyz. One that listens on all
/// addresses is asked on loopback. Over HTTPS it must show the certificate in `http.tls.cert_file`, whatever
/// names that has, and is shown the same where it demands one; if it refuses that, it is alive, and whether
/// it is ready stays unknown.
/// @param limit for all of it.
/// @return why it is not healthy, or not ready, in one line; empty if it is.
std::string ask_for_health(const HttpSettings& settings, bool ready, std::chrono::milliseconds limit);

}  // namespace bridge
