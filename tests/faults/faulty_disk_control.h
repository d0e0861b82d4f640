#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <new>
#include <string>

namespace bridge::test {

/// Environment variables by which the preloaded library is told the file of the control, and the directory
/// whose files it concerns. What it remembers for a loss of power stands in the file of the control with
/// ".undo" behind its name.
constexpr const char* faulty_disk_control_variable = "FAULTY_DISK_CONTROL";
constexpr const char* faulty_disk_directory_variable = "FAULTY_DISK_DIRECTORY";

/// Shared between the rig and the process whose disk it is, in a file that both have mapped.
struct FaultyDiskControl {
  static constexpr std::uint32_t syncs = 1;
  static constexpr std::uint32_t writes = 2;
  static constexpr std::uint32_t truncations = 4;

  std::atomic<std::uint32_t> failing;    // which calls fail
  std::atomic<std::int32_t> error;       // with which errno
  std::atomic<std::int64_t> room;        // bytes that can still be written, then ENOSPC; negative: no limit
  std::atomic<std::uint32_t> remembers;  // not 0: it remembers what undoes unflushed changes
  std::atomic<std::uint64_t> failures;   // calls that have failed so far
};

/// The head of an entry of the undo file; the bytes that a write replaced follow it.
struct UndoRecord {
  enum class Kind : std::uint32_t { write, truncation, sync };

  Kind kind;
  std::uint32_t replaced;  // bytes that follow
  std::uint64_t file;
  std::int64_t offset;
  std::int64_t size_before;
};

/// Tells a file from all others, also from a later one with the same inode: file systems give the inode of a
/// removed file to the next one, within the same tick of their clock. Their file handles have a generation
/// for that; without one, the time of birth is used.
inline std::uint64_t identity_of(int descriptor) {
  alignas(file_handle) std::array<char, sizeof(file_handle) + MAX_HANDLE_SZ> place{};
  auto* handle = new (place.data()) file_handle{MAX_HANDLE_SZ, 0, {}};
  int mount = 0;
  const bool has_handle = ::name_to_handle_at(descriptor, "", handle, &mount, AT_EMPTY_PATH) == 0;
  struct statx status {};
  ::statx(descriptor, "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &status);
  std::string text = std::to_string(status.stx_ino) + ' ' + std::to_string(status.stx_btime.tv_sec) + ' ' +
                     std::to_string(status.stx_btime.tv_nsec) + ' ';
  if (has_handle) text.append(place.data() + sizeof(file_handle), handle->handle_bytes);
  return std::hash<std::string>()(text);
}

}  // namespace bridge::test
