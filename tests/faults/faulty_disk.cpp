// Preloaded into the program under test: makes its calls on the files of one directory fail when the rig
// says so.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>

#include "faulty_disk_control.h"

namespace {

using bridge::test::FaultyDiskControl;
using bridge::test::UndoRecord;

struct Disk {
  FaultyDiskControl* control = nullptr;
  std::string directory;
  int undo = -1;
};

Disk opened_disk() {
  Disk disk;
  const char* file = std::getenv(bridge::test::faulty_disk_control_variable);
  const char* directory = std::getenv(bridge::test::faulty_disk_directory_variable);
  if (file == nullptr || directory == nullptr) return disk;
  const int descriptor = ::open(file, O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return disk;
  void* memory =
      ::mmap(nullptr, sizeof(FaultyDiskControl), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  ::close(descriptor);
  if (memory == MAP_FAILED) return disk;
  disk.control = static_cast<FaultyDiskControl*>(memory);
  disk.directory = directory;
  disk.undo = ::open((std::string(file) + ".undo").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  return disk;
}

Disk& disk() {
  static Disk& only = *new Disk(opened_disk());  // never destroyed: calls come until the very end
  return only;
}

/// The next library's function of this name.
template <typename Function>
Function next(const char* name) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): dlsym knows no types
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

bool stands_in_directory(int descriptor) {
  std::array<char, 4096> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t size = ::readlink(link.c_str(), path.data(), path.size());
  return size > 0 &&
         std::string_view(path.data(), static_cast<std::size_t>(size)).starts_with(disk().directory);
}

bool in_force() {
  const FaultyDiskControl* control = disk().control;
  return control != nullptr && (control->failing != 0 || control->room >= 0 || control->remembers != 0);
}

bool concerned(int descriptor) { return in_force() && stands_in_directory(descriptor); }

/// @return true if the call is to fail; errno says how.
bool fails(std::uint32_t call) {
  FaultyDiskControl& control = *disk().control;
  if ((control.failing & call) == 0) return false;
  ++control.failures;
  errno = control.error;
  return true;
}

bool finds_no_room(std::size_t size) {
  FaultyDiskControl& control = *disk().control;
  if (control.room < 0) return false;
  if (control.room.fetch_sub(static_cast<std::int64_t>(size)) >= static_cast<std::int64_t>(size))
    return false;
  control.room = 0;
  ++control.failures;
  errno = ENOSPC;
  return true;
}

void append(const UndoRecord& record, const std::string& replaced) {
  std::string bytes(static_cast<const char*>(static_cast<const void*>(&record)), sizeof record);
  bytes += replaced;
  static const auto write_next = next<ssize_t (*)(int, const void*, std::size_t)>("write");
  if (write_next(disk().undo, bytes.data(), bytes.size()) < 0) std::abort();
}

bool look_at(int descriptor, struct statx& status) {
  return ::statx(descriptor, "", AT_EMPTY_PATH, STATX_SIZE, &status) == 0;
}

/// Reads a part of a file, even of one that was opened for writing only.
std::string content_of(int descriptor, off_t offset, std::size_t size) {
  std::string content(size, '\0');
  const int reader = ::open(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), O_RDONLY | O_CLOEXEC);
  const ssize_t found = ::pread(reader, content.data(), size, offset);
  ::close(reader);
  if (found < 0) std::abort();
  content.resize(static_cast<std::size_t>(found));
  return content;
}

/// Notes the bytes that a change replaces, before it is made.
void remember(UndoRecord::Kind kind, int descriptor, off_t offset, std::size_t size) {
  struct statx status {};
  if (disk().control->remembers == 0 || !look_at(descriptor, status)) return;
  const std::string replaced = size == 0 ? std::string() : content_of(descriptor, offset, size);
  append({kind, static_cast<std::uint32_t>(replaced.size()), bridge::test::identity_of(descriptor), offset,
          static_cast<std::int64_t>(status.stx_size)},
         replaced);
}

/// Notes the bytes behind `size`, which a truncation removes.
void remember_truncation(int descriptor, off_t size) {
  struct statx status {};
  if (disk().control->remembers == 0 || !look_at(descriptor, status)) return;
  const auto size_before = static_cast<off_t>(status.stx_size);
  remember(UndoRecord::Kind::truncation, descriptor, size,
           static_cast<std::size_t>(size_before > size ? size_before - size : 0));
}

int sync_by(int (*function)(int), int descriptor) {
  if (!concerned(descriptor)) return function(descriptor);
  if (fails(FaultyDiskControl::syncs)) return -1;
  const int result = function(descriptor);
  if (result == 0) remember(UndoRecord::Kind::sync, descriptor, 0, 0);
  return result;
}

int truncate_by(int (*function)(int, off_t), int descriptor, off_t size) {
  if (concerned(descriptor)) {
    if (fails(FaultyDiskControl::truncations)) return -1;
    remember_truncation(descriptor, size);
  }
  return function(descriptor, size);
}

using PositionedWrite = ssize_t (*)(int, const void*, std::size_t, off_t);

ssize_t write_by(PositionedWrite function, int descriptor, const void* bytes, std::size_t size,
                 off_t offset) {
  if (concerned(descriptor)) {
    if (fails(FaultyDiskControl::writes) || finds_no_room(size)) return -1;
    remember(UndoRecord::Kind::write, descriptor, offset, size);
  }
  return function(descriptor, bytes, size, offset);
}

}  // namespace

extern "C" {

int fdatasync(int descriptor) {
  static const auto function = next<int (*)(int)>("fdatasync");
  return sync_by(function, descriptor);
}

int fsync(int descriptor) {
  static const auto function = next<int (*)(int)>("fsync");
  return sync_by(function, descriptor);
}

int ftruncate(int descriptor, off_t size) noexcept {
  static const auto function = next<int (*)(int, off_t)>("ftruncate");
  return truncate_by(function, descriptor, size);
}

int ftruncate64(int descriptor, off64_t size) noexcept {
  static const auto function = next<int (*)(int, off_t)>("ftruncate64");
  return truncate_by(function, descriptor, size);
}

ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
  static const auto function = next<PositionedWrite>("pwrite");
  return write_by(function, descriptor, bytes, size, offset);
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t offset) {
  static const auto function = next<PositionedWrite>("pwrite64");
  return write_by(function, descriptor, bytes, size, offset);
}

ssize_t write(int descriptor, const void* bytes, size_t size) {
  static const auto function = next<ssize_t (*)(int, const void*, std::size_t)>("write");
  if (concerned(descriptor)) {
    if (fails(FaultyDiskControl::writes) || finds_no_room(size)) return -1;
    remember(UndoRecord::Kind::write, descriptor, ::lseek(descriptor, 0, SEEK_CUR), size);
  }
  return function(descriptor, bytes, size);
}

}  // extern "C"
