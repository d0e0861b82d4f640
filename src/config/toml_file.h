#pragma once

#include <string>
#include <vector>

#include "bridge/config/load.h"
#include "raw_value.h"

namespace bridge::config {

/// Reads the TOML file at `path`; each value has its line. A file that cannot be read, or is not TOML, is a
/// fault, and the table is empty.
RawTable read_toml_file(const std::string& path, std::vector<Fault>& faults);

}  // namespace bridge::config
