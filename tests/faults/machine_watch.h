#pragma once

#include <atomic>
#include <chrono>
#include <stop_token>
#include <thread>

#include "support/temp_dir.h"

namespace bridge::test {

/// Measures how long this machine keeps all threads waiting, for a core or for a flush of the disk: that
/// time is not counted as part of a recovery.
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
