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
  std::atomic<int> writes_before{0};  // so many writes are still well
  void clear() {
    open = 0;
    sync = 0;
    write = 0;
    writes_before = 0;
  }
};

/// Held, nothing is written, cut off or flushed: what is copied meanwhile is what a kill at one moment
/// leaves.
std::unique_lock<std::shared_mutex> held_still();

/// The faults of the default VFS of this program, which is put over the system's when first asked for.
DiskFaults& disk_faults();

}  // namespace bridge
