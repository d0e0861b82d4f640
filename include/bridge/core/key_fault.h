#pragma once

#include <string>

namespace bridge {

/// A fault of a setting, by its key ("http.tls.key_file"), as a sentence about it.
struct KeyFault {
  std::string key;
  std::string what;
  bool operator==(const KeyFault&) const = default;
};

}  // namespace bridge
