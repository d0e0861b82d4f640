#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <optional>
#include <string>

namespace bridge::config {

/// A file opened for reading. Its permissions are those of the open file, not of its name: an attacker who
/// replaces the file between the check and the reading gains nothing.
class TextFile {
 public:
  explicit TextFile(const std::string& path);
  ~TextFile();
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  /// The reason why the file cannot be read; empty if it can.
  const std::string& problem() const { return problem_; }
  /// @return true if the file's group, others, or another user have any right to it.
  bool is_open_to_others() const;
  /// The whole text; nothing, and a problem(), if it is larger than `max_bytes` or cannot be read.
  std::optional<std::string> read(std::size_t max_bytes);

 private:
  int descriptor_ = -1;
  struct stat status_ = {};
  std::string problem_;
};

}  // namespace bridge::config
