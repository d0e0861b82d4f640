#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bridge/config/load.h"
#include "raw_value.h"
#include "setting.h"

namespace bridge::config {

/// Where a value comes from; a later one wins over an earlier one.
enum class Layer { built_in, file, environment, flag };

/// Settings on their way in: what has been accepted so far, from where, and all that is wrong.
class Loading {
 public:
  Settings settings;
  std::vector<Fault> faults;
  std::vector<Fault> warnings;

  /// Takes `value` for `setting` if it has the right type and is possible; otherwise that is a fault and
  /// the value from before stays.
  void take(const Setting& setting, const RawValue& value, Layer layer);
  /// Who decided a setting.
  Layer layer_of(std::string_view key) const;
  /// Adds a fault of a setting that was taken, at the place where it was found.
  void refuse(std::string_view key, const std::string& what);
  /// The same for what is no reason not to start.
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
