#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "faulty_disk_control.h"
#include "support/temp_dir.h"

namespace bridge::test {

/// The disk of one directory, as a process sees it that is started with environment(); controlled while it
/// runs.
class DiskFaults {
 public:
  DiskFaults();
  ~DiskFaults();
  DiskFaults(const DiskFaults&) = delete;
  DiskFaults& operator=(const DiskFaults&) = delete;

  /// The environment that preloads the faults into a process, for the files of `directory`.
  std::map<std::string, std::string> environment(const std::string& directory) const;

  /// @param calls of FaultyDiskControl. @param error an errno.
  void fail(std::uint32_t calls, int error);
  /// Writes find no space once `bytes` more have been written.
  void leave_room_for(std::int64_t bytes);
  void heal();
  std::uint64_t failures() const { return control_->failures; }

  /// Remembers unflushed writes from now on, for lose_power().
  void prepare_loss_of_power() { control_->remembers = 1; }
  /// After the process was killed: takes back the newest `share` (0 to 1) of what it wrote into `directory`
  /// and had not yet flushed. @return how many writes that was.
  std::size_t lose_power(const std::string& directory, double share);

 private:
  std::string control_file() const { return directory_.file("control"); }

  TempDir directory_;
  FaultyDiskControl* control_;
};

}  // namespace bridge::test
