#include "bridge/config/load.h"

#include "bridge/core/escape.h"
#include "layers.h"
#include "resolve.h"
#include "validate.h"

namespace bridge {

LoadedSettings load_settings(const CommandLine& command_line, const Environment& environment) {
  config::Loading loading;
  if (!command_line.config_file.empty()) config::take_file(command_line.config_file, loading);
  config::take_environment(environment, loading);
  config::take_flags(command_line, loading);
  config::resolve(environment, loading);
  config::validate(loading);
  return {std::move(loading.settings), std::move(loading.faults)};
}

std::string print_fault(const Fault& fault) {
  const std::string key = fault.key.empty() ? "" : fault.key + ": ";
  return escape_line(fault.place + ": " + key + fault.what);
}

}  // namespace bridge
