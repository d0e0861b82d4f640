#pragma once

#include "bridge/config/load.h"
#include "loading.h"

namespace bridge::config {

/// Decides settings that depend on more than one source: the way to name the broker or the password that
/// counts, the password from its file, and the directory of the state, with a warning if there is none.
void resolve(const Environment& environment, Loading& loading);

}  // namespace bridge::config
