#pragma once

#include <sqlite3.h>

#include <atomic>
#include <mutex>
#include <shared_mutex>

namespace bridge {

/// The faults of the disk below SQLite: each is the SQLite code of a call; 0: it works.
struct DiskFaults {
  std::atomic<int> open{0};
  std::atomic<int> sync{0};
  std::atomic<int> write{0};
  std::atomic<int> writes_before{0};  // writes that succeed before the fault
  void clear() {
    open = 0;
    sync = 0;
    write = 0;
    writes_before = 0;
  }
};

/// While the lock is held, nothing is written, truncated or flushed: files that are copied meanwhile are as
/// a kill at one moment leaves them.
std::unique_lock<std::shared_mutex> held_still();

/// The faults of this program's default VFS, which is put over the system's at the first call.
DiskFaults& disk_faults();

}  // namespace bridge
