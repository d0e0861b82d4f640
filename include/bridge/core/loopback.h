#pragma once

#include <string_view>

namespace bridge {

/// @return true if `text` is an IPv4 or IPv6 address that can only be reached from this machine:
///   127.0.0.0/8, also mapped into IPv6 (RFC 4291, 2.5.5.2), and ::1. A name is not an address.
bool is_loopback_address(std::string_view text);

}  // namespace bridge
