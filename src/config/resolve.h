#pragma once

#include "bridge/config/load.h"
#include "loading.h"

namespace bridge::config {

/// Settles what follows from more than one source: which of two ways to name the broker or the password
/// counts, what the password file holds, and where the state is kept; a warning if there is no place for it.
void resolve(const Environment& environment, Loading& loading);

}  // namespace bridge::config
