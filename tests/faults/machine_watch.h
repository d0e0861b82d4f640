#pragma once

#include <atomic>
#include <chrono>
#include <stop_token>
#include <thread>

#include "support/temp_dir.h"

namespace bridge::test {

/// Sees for how long this machine keeps everybody waiting, for a core or for a flush of the disk: a recovery
/// is not held against the bridge for so long.
class MachineWatch {
 public:
  MachineWatch();

  /// The longest wait since the last call, beyond what is usual.
  std::chrono::milliseconds take_longest();

 private:
  void watch(const std::stop_token& stop);

  TempDir directory_;
  std::atomic<std::chrono::milliseconds::rep> longest_{0};
  std::jthread thread_;  // the last member: it uses the others
};

}  // namespace bridge::test
