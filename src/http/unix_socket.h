#pragma once

#include <string_view>

#include "bridge/core/settings.h"

namespace bridge {

/// What http.address begins with where the bridge listens on a Unix socket; its path follows.
inline constexpr std::string_view unix_prefix = "unix:";

inline bool is_unix_socket(const HttpSettings& settings) { return settings.address.starts_with(unix_prefix); }

}  // namespace bridge
