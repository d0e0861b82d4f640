#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bridge/config/load.h"
#include "raw_value.h"
#include "setting.h"

namespace bridge::config {

/// The source of a value; a later one in this list wins over an earlier one.
enum class Layer { built_in, file, environment, flag };

/// The settings while they are loaded: values accepted so far, the layer of each, and all faults.
class Loading {
 public:
  Settings settings;
  std::vector<Fault> faults;
  std::vector<Fault> warnings;

  /// Takes `value` for `setting` if its type is right and it is possible. Otherwise adds a fault and keeps
  /// the value from before.
  void take(const Setting& setting, const RawValue& value, Layer layer);
  /// The layer that a setting's value comes from.
  Layer layer_of(std::string_view key) const;
  /// Adds a fault of a value that take() accepted, with the place that it came from.
  void refuse(std::string_view key, const std::string& what);
  /// Adds a warning: the bridge starts all the same.
  void warn(std::string_view key, const std::string& what);

 private:
  Fault fault_of(std::string_view key, const std::string& what) const;

  struct Origin {
    Layer layer;
    std::string place;
  };
  std::map<std::string, Origin, std::less<>> origins_;
};

}  // namespace bridge::config
