#pragma once

#include "loading.h"

namespace bridge::config {

/// Adds what can hardly be meant, though it can be done: variables that look as if they were ours,
/// credentials that miss a part, and a broker that nobody chose.
void warn(const Environment& environment, Loading& loading);

}  // namespace bridge::config
