#include "bridge/config/load.h"

#include <algorithm>

#include "bridge/core/escape.h"
#include "layers.h"
#include "resolve.h"
#include "validate.h"
#include "warn.h"

namespace bridge {

namespace {

void check_further(const FurtherCheck& further, config::Loading& loading) {
  for (const KeyFault& found : further(loading.settings)) {
    const bool known = std::any_of(loading.faults.begin(), loading.faults.end(),
                                   [&](const Fault& fault) { return fault.key == found.key; });
    if (!known) loading.refuse(found.key, found.what);
  }
}

}  // namespace

LoadedSettings load_settings(const CommandLine& command_line, const Environment& environment,
                             const FurtherCheck& further) {
  config::Loading loading;
  if (!command_line.config_file.empty()) config::take_file(command_line.config_file, loading);
  config::take_environment(environment, loading);
  config::take_flags(command_line, loading);
  config::resolve(environment, loading);
  config::validate(loading);
  if (further) check_further(further, loading);
  config::warn(environment, loading);
  return {std::move(loading.settings), std::move(loading.faults), std::move(loading.warnings)};
}

bool decides_where_to_listen(const Fault& fault) {
  return fault.key.empty() || fault.key == "http.address" || fault.key == "http.port" ||
         fault.key == "http.tls.cert_file";
}

std::string print_fault(const Fault& fault) {
  const std::string key = fault.key.empty() ? "" : fault.key + ": ";
  return escape_line(fault.place + ": " + key + fault.what);
}

}  // namespace bridge
