#pragma once

#include <vector>

#include "bridge/config/load.h"
#include "raw_value.h"
#include "setting.h"

namespace bridge::config {

/// Writes `value` into the field of `setting`, or adds the reason why not to `faults` and leaves `settings`
/// as they are.
void assign(const Setting& setting, const RawValue& value, Settings& settings, std::vector<Fault>& faults);

}  // namespace bridge::config
