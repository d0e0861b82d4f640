#pragma once

#include "bridge/core/settings.h"
#include "bridge/http/server.h"
#include "httplib_gateway.h"

namespace bridge {

/// All that the product answers. All but the gateway are kept by reference.
void add_routes(HttplibGateway& gateway, const Settings& settings, const HttpServices& services,
                Counters& counters);

}  // namespace bridge
