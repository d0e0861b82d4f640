#pragma once

#include <string_view>
#include <vector>

namespace bridge::mqtt {

/// A function whose calls the linker turns to one of ours (`--wrap`, paho.cmake). That paho.mqtt.c calls it
/// at all is shown when this is configured (paho_gate.cmake).
struct PahoWrap {
  std::string_view function;
  bool in_place;
};

/// All of them; of a function that a version of paho.mqtt.c has renamed, both names.
std::vector<PahoWrap> paho_wraps();

/// @throws Error internal, with the names of those that are not in place.
void require_paho_wraps();

}  // namespace bridge::mqtt
