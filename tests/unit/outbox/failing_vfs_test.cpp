#include "failing_vfs.h"

#include <gtest/gtest.h>

#include <new>

namespace bridge {
namespace {

/// A file of the system's VFS, which follows it in memory.
struct FailingFile {
  sqlite3_file base;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  static FailingFile& of(sqlite3_file* file) { return *reinterpret_cast<FailingFile*>(file); }
};

sqlite3_vfs* system_vfs = nullptr;
DiskFaults faults;
std::shared_mutex changing;

template <auto Method, typename... Arguments>
int forward(sqlite3_file* file, Arguments... arguments) {
  sqlite3_file* real = FailingFile::of(file).real();
  return (real->pMethods->*Method)(real, arguments...);
}

int write_or_fail(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  const std::shared_lock lock(changing);
  if (faults.write != 0 && faults.writes_before-- <= 0) return faults.write;
  return forward<&sqlite3_io_methods::xWrite>(file, data, size, offset);
}

int sync_or_fail(sqlite3_file* file, int flags) {
  const std::shared_lock lock(changing);
  if (faults.sync != 0) return faults.sync;
  return forward<&sqlite3_io_methods::xSync>(file, flags);
}

int close_real(sqlite3_file* file) {
  const int code = forward<&sqlite3_io_methods::xClose>(file);
  file->pMethods = nullptr;
  return code;
}

const sqlite3_io_methods methods = {
    1,
    close_real,
    [](sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
      return forward<&sqlite3_io_methods::xRead>(file, data, size, offset);
    },
    write_or_fail,
    [](sqlite3_file* file, sqlite3_int64 size) {
      const std::shared_lock lock(changing);
      return forward<&sqlite3_io_methods::xTruncate>(file, size);
    },
    sync_or_fail,
    [](sqlite3_file* file, sqlite3_int64* size) {
      return forward<&sqlite3_io_methods::xFileSize>(file, size);
    },
    [](sqlite3_file* file, int level) { return forward<&sqlite3_io_methods::xLock>(file, level); },
    [](sqlite3_file* file, int level) { return forward<&sqlite3_io_methods::xUnlock>(file, level); },
    [](sqlite3_file* file, int* out) { return forward<&sqlite3_io_methods::xCheckReservedLock>(file, out); },
    [](sqlite3_file* file, int op, void* argument) {
      return forward<&sqlite3_io_methods::xFileControl>(file, op, argument);
    },
    [](sqlite3_file* file) { return forward<&sqlite3_io_methods::xSectorSize>(file); },
    [](sqlite3_file* file) { return forward<&sqlite3_io_methods::xDeviceCharacteristics>(file); },
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr};

int open_or_fail(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* failing = new (file) FailingFile{};
  if (faults.open != 0) return faults.open;
  const int code = system_vfs->xOpen(system_vfs, name, failing->real(), flags, out_flags);
  if (failing->real()->pMethods != nullptr) failing->base.pMethods = &methods;
  return code;
}

sqlite3_vfs make_vfs() {
  system_vfs = sqlite3_vfs_find(nullptr);
  sqlite3_vfs vfs = *system_vfs;
  vfs.zName = "failing";
  vfs.szOsFile = static_cast<int>(sizeof(FailingFile)) + system_vfs->szOsFile;
  vfs.xOpen = open_or_fail;
  return vfs;
}

TEST(FailingVfs, LetsThroughWhatDoesNotFail) {
  disk_faults().clear();
  EXPECT_STREQ(sqlite3_vfs_find(nullptr)->zName, "failing");
}

}  // namespace

std::unique_lock<std::shared_mutex> held_still() { return std::unique_lock(changing); }

DiskFaults& disk_faults() {
  static sqlite3_vfs vfs = make_vfs();
  static const int registered = sqlite3_vfs_register(&vfs, 1);
  EXPECT_EQ(registered, SQLITE_OK);
  return faults;
}

}  // namespace bridge
