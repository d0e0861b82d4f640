#pragma once

#include "loading.h"

namespace bridge::config {

/// Checks settings against each other, and that the files they name can be read.
void validate(Loading& loading);

}  // namespace bridge::config
