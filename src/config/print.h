#pragma once

#include <string>

#include "setting.h"

namespace bridge::config {

/// The value of one setting as TOML; a secret that is set is "***".
std::string print_value(const Setting& setting, Settings& settings);

}  // namespace bridge::config
