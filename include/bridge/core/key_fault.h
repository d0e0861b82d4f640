#pragma once

#include <string>

namespace bridge {

/// A fault of a setting: its key ("http.tls.key_file"), and a sentence that says what is wrong with it.
struct KeyFault {
  std::string key;
  std::string what;
  bool operator==(const KeyFault&) const = default;
};

}  // namespace bridge
