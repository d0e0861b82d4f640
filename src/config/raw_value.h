#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace bridge::config {

struct RawValue;
struct RawMember;
using RawList = std::vector<RawValue>;
using RawTable = std::vector<RawMember>;

/// A value as it was written, before it is checked against a setting. std::monostate stands for a type that
/// no setting has (a float, a date).
struct RawValue {
  std::variant<std::monostate, bool, std::int64_t, std::string, RawList, RawTable> data;
  std::string place;     // "bridge.toml:12", "MQTT_PORT", "--mqtt-port"
  std::size_t line = 0;  // in a file; 0 elsewhere
};

struct RawMember {
  std::string key;
  RawValue value;
};

}  // namespace bridge::config
