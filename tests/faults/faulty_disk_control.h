#pragma once

#include <sys/stat.h>

#include <atomic>
#include <cstdint>

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
  std::atomic<std::uint32_t> remembers;  // not 0: what is needed to undo what has not been flushed
  std::atomic<std::uint64_t> failures;   // calls that have failed so far
};

/// Before the bytes that a write replaced, or alone: what the undo file consists of.
struct UndoRecord {
  enum class Kind : std::uint32_t { write, truncation, sync };

  Kind kind;
  std::uint32_t replaced;  // bytes that follow
  std::uint64_t inode;
  std::int64_t born;  // when the file was made: the inode of one that is gone may be another's
  std::int64_t offset;
  std::int64_t size_before;
};

inline std::int64_t nanoseconds_of(const statx_timestamp& time) {
  return time.tv_sec * 1000000000 + time.tv_nsec;
}

}  // namespace bridge::test
