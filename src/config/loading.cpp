#include "loading.h"

#include "assign.h"

namespace bridge::config {

void Loading::take(const Setting& setting, const RawValue& value, Layer layer) {
  const std::size_t faults_before = faults.size();
  assign(setting, value, settings, faults);
  if (faults.size() == faults_before) origins_[std::string(setting.key)] = {layer, value.place};
}

Layer Loading::layer_of(std::string_view key) const {
  const auto found = origins_.find(key);
  return found == origins_.end() ? Layer::built_in : found->second.layer;
}

Fault Loading::fault_of(std::string_view key, const std::string& what) const {
  const auto found = origins_.find(key);
  return {found == origins_.end() ? "built-in default" : found->second.place, std::string(key), what};
}

void Loading::refuse(std::string_view key, const std::string& what) { faults.push_back(fault_of(key, what)); }

void Loading::warn(std::string_view key, const std::string& what) { warnings.push_back(fault_of(key, what)); }

}  // namespace bridge::config
