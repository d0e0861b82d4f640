#pragma once

#include "loading.h"

namespace bridge::config {

/// Warns of settings that are possible but probably a mistake: unknown variables that look like ours,
/// credentials with a part missing, and the public broker that nobody chose.
void warn(const Environment& environment, Loading& loading);

}  // namespace bridge::config
