#pragma once

#include <filesystem>
#include <stdexcept>

#include "file_access.h"

namespace bridge {

/// Another process has the directory.
class DirectoryInUse : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One process at a time has a directory: flock() on its file `lock`, with the process's number in it. The
/// system gives it up with the process, however that ends.
class StateLock {
 public:
  /// @throws DirectoryInUse, or std::system_error.
  explicit StateLock(const std::filesystem::path& directory);

 private:
  FileAccess file_;
};

}  // namespace bridge
