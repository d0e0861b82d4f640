#pragma once

#include <string_view>

#include "bridge/core/settings.h"

namespace bridge {

/// The prefix of http.address for a Unix socket; the socket's path follows.
inline constexpr std::string_view unix_prefix = "unix:";

inline bool is_unix_socket(const HttpSettings& settings) { return settings.address.starts_with(unix_prefix); }

}  // namespace bridge
