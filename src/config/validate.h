#pragma once

#include "loading.h"

namespace bridge::config {

/// Checks what no setting can say alone: which go together, and whether the files they name can be read.
void validate(Loading& loading);

}  // namespace bridge::config
