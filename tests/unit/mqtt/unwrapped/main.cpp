// Linked without --wrap: exits 0 if the check at start refuses that and names every function.
#include <cstdlib>
#include <iostream>

#include "bridge/core/error.h"
#include "paho_wraps.h"

int main() {
  try {
    bridge::mqtt::require_paho_wraps();
  } catch (const bridge::Error& error) {
    const std::string_view text = error.what();
    for (const bridge::mqtt::PahoWrap& wrap : bridge::mqtt::paho_wraps())
      if (wrap.in_place || text.find(wrap.function) == text.npos) return EXIT_FAILURE;
    std::cout << text << '\n';
    return EXIT_SUCCESS;
  }
  return EXIT_FAILURE;
}
