#pragma once

#include <string>

namespace bridge::mqtt {

/// A Client Identifier that no other process has: 48 random bits, and nothing that tells about this host.
std::string make_client_id();

}  // namespace bridge::mqtt
