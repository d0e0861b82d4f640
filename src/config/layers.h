#pragma once

#include "bridge/config/load.h"
#include "loading.h"

namespace bridge::config {

void take_file(const std::string& path, Loading& loading);
void take_environment(const Environment& environment, Loading& loading);
void take_flags(const CommandLine& command_line, Loading& loading);

}  // namespace bridge::config
