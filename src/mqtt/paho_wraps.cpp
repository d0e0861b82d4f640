#include "paho_wraps.h"

#include <string>

#include "bridge/core/error.h"

// Where --wrap is in place, the linker takes a reference to `f` for one to `__wrap_f`. Their types do not
// matter here, and both may be missing: a program that is linked without --wrap shall say so, and not fail to
// link.

// NOLINTBEGIN(readability-identifier-naming)
#define BRIDGE_PAHO_WRAP(function)                                      \
  extern "C" [[gnu::weak]] const char called_##function asm(#function); \
  extern "C" [[gnu::weak]] const char ours_##function asm("__wrap_" #function);
#include "paho_wraps.inc"
#undef BRIDGE_PAHO_WRAP
// NOLINTEND(readability-identifier-naming)

namespace bridge::mqtt {
namespace {

/// The compiler takes two names for two addresses; only the linker knows better.
bool is_same(const char* called, const char* ours) {
  const char* const volatile one = called;
  const char* const volatile other = ours;
  const char* const address = one;
  return address != nullptr && address == other;
}

}  // namespace

std::vector<PahoWrap> paho_wraps() {
  return {
#define BRIDGE_PAHO_WRAP(function) {#function, is_same(&called_##function, &ours_##function)},
#include "paho_wraps.inc"
#undef BRIDGE_PAHO_WRAP
  };
}

void require_paho_wraps() {
  std::string missing;
  for (const PahoWrap& wrap : paho_wraps()) {
    if (!wrap.in_place) missing += (missing.empty() ? "" : ", ") + std::string(wrap.function);
  }
  if (missing.empty()) return;
  throw Error(Errc::internal, "this program was linked without the repairs of paho.mqtt.c: " + missing);
}

}  // namespace bridge::mqtt
