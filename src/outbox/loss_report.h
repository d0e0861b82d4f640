#pragma once

#include "bridge/core/logger.h"
#include "salvage.h"

namespace bridge {

/// Says what was saved from a damaged database, and what is lost; in some tens of lines at most.
void report_losses(const Salvage& salvage, Logger& logger);

/// Says which messages were given a number and are not there.
void report_gaps(const std::vector<Salvage::Range>& gaps, Logger& logger);

}  // namespace bridge
