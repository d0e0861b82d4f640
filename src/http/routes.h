#pragma once

#include "bridge/core/settings.h"
#include "bridge/http/server.h"
#include "httplib_gateway.h"

namespace bridge {

/// Adds all routes of the product. Everything but the gateway must outlive them.
void add_routes(HttplibGateway& gateway, const Settings& settings, const HttpServices& services,
                Counters& counters);

}  // namespace bridge
