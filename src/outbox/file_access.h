#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace bridge {

/// A file, read and written at given offsets. One that could not be opened reads as empty.
class FileAccess {
 public:
  FileAccess() = default;
  /// Leaves it closed if it cannot be opened.
  FileAccess(const std::filesystem::path& path, int flags);
  ~FileAccess();
  FileAccess(FileAccess&& other) noexcept;
  FileAccess& operator=(FileAccess&& other) noexcept;

  bool is_open() const { return fd_ >= 0; }
  int descriptor() const { return fd_; }
  std::uint64_t size() const;
  /// `size` bytes at `offset`; fewer at the end, or if they cannot be read.
  std::string read(std::uint64_t offset, std::size_t size) const;
  bool write(std::uint64_t offset, std::string_view bytes) const;
  bool flush() const;

 private:
  int fd_ = -1;
};

/// Flushes a file, or the names in a directory. @throws std::system_error
void flush_file(const std::filesystem::path& file);
void flush_directory(const std::filesystem::path& directory);

/// Bytes that this user may still write to the file system of `directory`; empty if the system does not say.
std::optional<std::uint64_t> free_space(const std::filesystem::path& directory);

}  // namespace bridge
